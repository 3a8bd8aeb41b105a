//! The emails of a user stay as they were first provisioned, where a connection is set so.

use super::RequestContext;
use crate::protocol::{resource::document::Document, warnings::Warnings};

const EMAILS_KEPT: &str = "a change of emails was ignored, as this connection is set";

/// Undoes what a request did to a user's emails, if it had any.
pub fn keep_emails(context: &RequestContext, before: &Document, after: &mut Document, warnings: &mut Warnings) {
    let Some(emails) = before.get("emails").filter(|emails| after.get("emails") != Some(emails)) else { return };
    if context.settings.keeps_emails {
        after.insert("emails".to_owned(), emails.clone());
        warnings.advise(EMAILS_KEPT);
    }
}
