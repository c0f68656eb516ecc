//! Short codes that error messages carry: something to read out on the telephone, with no identifier in it.

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $status:literal;)*) => {
        /// One kind of failure. On the wire: its text, `"LB-401"`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $text)] $name,)*
        }

        impl ErrorCode {
            /// Every code, for documentation and tests.
            pub const ALL: &'static [Self] = &[$(Self::$name),*];

            /// The text on the wire and on the screen.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// From the text on the wire; `None` for a code that this build does not know.
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|code| code.as_str() == text)
            }

            /// The HTTP status that goes with it.
            pub const fn status(self) -> u16 {
                match self { $(Self::$name => $status),* }
            }
        }
    };
}

codes! {
    /// The request does not read as what the route takes.
    BadRequest = "LB-400", 400;
    /// The page speaks a protocol version that this gateway does not.
    Protocol = "LB-426", 400;
    /// The film wants a passcode: none or a wrong one was sent.
    Passcode = "LB-401", 401;
    /// No token, or one that does not verify.
    Token = "LB-411", 401;
    /// A token that was right and is too old: renew it or open again.
    TokenExpired = "LB-412", 401;
    /// The token is right and does not reach this study or this route.
    Forbidden = "LB-403", 403;
    /// No such film, or a wrong key: the answer is the same.
    NotFound = "LB-404", 404;
    /// No such route or object.
    NoRoute = "LB-405", 404;
    /// The route does not take this method.
    Method = "LB-415", 405;
    /// None of the accepted representations can be had.
    NotAcceptable = "LB-406", 406;
    /// The film's time is over.
    Expired = "LB-410", 410;
    /// The film was revoked.
    Revoked = "LB-418", 410;
    /// Too many wrong passcodes: the film is locked.
    Locked = "LB-423", 410;
    /// The request body is larger than the route takes.
    TooLarge = "LB-413", 413;
    /// No byte of the range that was asked for exists.
    Range = "LB-416", 416;
    /// Too many requests; Retry-After says when to come back.
    TooMany = "LB-429", 429;
    /// Something broke in the gateway; its log says what.
    Internal = "LB-500", 500;
    /// The stored object is damaged: this frame or instance cannot be shown, others can.
    Damaged = "LB-520", 500;
    /// The archive behind the gateway gave no usable answer.
    Upstream = "LB-502", 502;
    /// The gateway cannot do this now (starting, stopping or out of space).
    Unavailable = "LB-503", 503;
    /// The archive behind the gateway did not answer in time.
    UpstreamTimeout = "LB-504", 504;
}

impl std::fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_and_serialise_as_their_text() {
        let mut seen = std::collections::HashSet::new();
        for &code in ErrorCode::ALL {
            assert!(seen.insert(code.as_str()), "{code} twice");
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{code}\""));
            assert!((400..600).contains(&code.status()));
        }
    }
}
