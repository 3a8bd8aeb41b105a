//! gzip for clients that ask for it, if it saves anything.

use poem::{
    IntoResponse, Response,
    http::{HeaderMap, HeaderValue, header},
    web::{Compress, CompressionAlgo},
};

/// The bytes that arrive in the first round trip of a network connection (ten segments, RFC 6928): below that, compression
/// gains nothing.
const WORTH: usize = 14_600;

/// The length of an answer's body in bytes.
#[derive(Debug, Clone, Copy)]
pub struct Length(pub usize);

/// Says whether a client accepts gzip (RFC 9110 section 12.5.3). poem 3.1's own middleware compresses the smallest answer
/// too, and takes `gzip;q=0` for a wish.
pub fn accepts_gzip(headers: &HeaderMap) -> bool {
    let quality = |coding: &str| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").map_or(Some(1.0), |weight| weight.trim().parse::<f32>().ok());
        (name.trim().to_ascii_lowercase(), weight.unwrap_or(0.0))
    };
    let values = headers.get_all(header::ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    let codings: Vec<(String, f32)> = values.flat_map(|value| value.split(',')).map(quality).collect();
    let weight = |name: &str| codings.iter().find(|(coding, _)| coding == name).map(|(_, weight)| *weight);
    weight("gzip").or_else(|| weight("*")).is_some_and(|weight| weight > 0.0)
}

/// Compresses an answer if that is worthwhile.
pub fn compress(mut response: Response, accepts_gzip: bool) -> Response {
    if response.data::<Length>().is_none_or(|length| length.0 < WORTH) {
        return response;
    }
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if accepts_gzip { Compress::new(response, CompressionAlgo::GZIP).into_response() } else { response }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gzip_is_taken_by_who_asks_for_it() {
        let accepts = |value: &'static str| {
            let headers = HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(value))]);
            accepts_gzip(&headers)
        };
        for value in ["gzip", "br, GZIP;q=0.5", "*", "gzip, deflate", "identity;q=0, *;q=1"] {
            assert!(accepts(value), "{value}");
        }
        for value in ["", "identity", "gzip;q=0", "*;q=0", "gzip;q=0, *", "br"] {
            assert!(!accepts(value), "{value}");
        }
        assert!(!accepts_gzip(&HeaderMap::new()));
    }
}
