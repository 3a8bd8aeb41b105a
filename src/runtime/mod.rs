//! What runs besides requests: the request log, the cursor key, the reindex after a change of extensions, the worker.

pub(crate) mod admission;
pub(crate) mod cursor_key;
pub(crate) mod expiry;
pub(crate) mod failures;
pub(crate) mod metrics;
pub(crate) mod pruning;
pub(crate) mod reindex;
pub(crate) mod remembered;
pub(crate) mod request_log;
pub(crate) mod worker;
