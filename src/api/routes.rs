//! The methods of each path, read from the API itself, for `Allow` on 405.

use poem::http::Method;
use poem_openapi::OpenApi;

/// The paths of an API, with a `{name}` for any segment that may vary.
#[derive(Debug)]
pub struct Routes(Vec<(String, Vec<Method>)>);

impl Routes {
    pub fn from_apis<A: OpenApi>() -> Self {
        let paths = A::meta().into_iter().flat_map(|api| api.paths);
        Self(
            paths
                .map(|path| (path.path, path.operations.into_iter().map(|operation| operation.method).collect()))
                .collect(),
        )
    }

    /// Finds the template of a path; a literal template takes precedence over one with a `{name}`.
    pub fn template(&self, path: &str) -> Option<&str> {
        self.route(path).map(|(template, _)| template.as_str())
    }

    fn route(&self, path: &str) -> Option<&(String, Vec<Method>)> {
        let itself = self.0.iter().find(|(template, _)| template == path);
        itself.or_else(|| self.0.iter().find(|(template, _)| matches(template, path)))
    }

    /// Returns the value of `Allow`.
    pub fn allow(&self, path: &str) -> String {
        let methods = self.route(path).into_iter().flat_map(|(_, methods)| methods);
        let mut names: Vec<&str> = methods.map(Method::as_str).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        names.sort_unstable();
        names.dedup();
        names.join(", ")
    }

    /// Normalizes a path: removes a slash at the end and corrects the letter case of the first segment.
    pub fn normalized(&self, path: &str) -> Option<String> {
        // A base URL that ends with a slash leads to a double slash.
        let mut segments: Vec<&str> =
            std::iter::once("").chain(path.split('/').filter(|part| !part.is_empty())).collect();
        if let Some(first) = segments.get_mut(1) {
            let known = self.0.iter().filter_map(|(template, _)| template.split('/').nth(1));
            if let Some(known) = known.into_iter().find(|known| known.eq_ignore_ascii_case(first)) {
                *first = known;
            }
        }
        let normalized = segments.join("/");
        (normalized != path).then_some(normalized)
    }
}

fn matches(template: &str, path: &str) -> bool {
    let (mut template, mut path) = (template.split('/'), path.split('/'));
    loop {
        match (template.next(), path.next()) {
            (None, None) => return true,
            (Some(expected), Some(segment)) => {
                let any = expected.starts_with(['{', ':']);
                if !(any && !segment.is_empty() || expected == segment) {
                    return false;
                }
            }
            _ => return false,
        }
    }
}
