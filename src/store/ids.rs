//! Ids as columns, so that rows can be read into structs that have them.

use sea_orm::{ColIdx, QueryResult, TryGetError, TryGetable};

use crate::protocol::id::{ConnectionId, GroupId, HostId, UserId};

impl TryGetable for UserId {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self)
    }
}

impl TryGetable for ConnectionId {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self)
    }
}

impl TryGetable for GroupId {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self)
    }
}

impl TryGetable for HostId {
    fn try_get_by<I: ColIdx>(row: &QueryResult, index: I) -> Result<Self, TryGetError> {
        i64::try_get_by(row, index).map(Self)
    }
}
