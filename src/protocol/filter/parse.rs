//! Recursive descent over the grammar of RFC 7644 section 3.4.2.2: `not` binds before `and`, `and` before `or`.

use super::{
    Filter, Operator,
    lexer::{Token, character, tokens},
    literal::Literal,
};
use crate::protocol::{bounds, messages::error::ScimError};

impl Filter {
    /// Reads a filter; operators and attribute names may be in any letter case.
    ///
    /// # Errors
    /// 400 `invalidFilter`, with the position and what was expected there.
    pub fn parse(text: &str) -> Result<Self, ScimError> {
        if text.len() > bounds::FILTER_LENGTH {
            return Err(ScimError::invalid_filter(format!(
                "the filter is longer than {} bytes",
                bounds::FILTER_LENGTH
            )));
        }
        let tokens = tokens(text)?;
        let mut parser = Parser { text, tokens: &tokens, in_brackets: false };
        let filter = parser.any(0)?;
        match parser.tokens.first() {
            None => Ok(filter),
            Some(_) => Err(parser.expected("'and', 'or' or the end")),
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [(usize, Token<'a>)],
    in_brackets: bool,
}

impl<'a> Parser<'a> {
    fn any(&mut self, depth: usize) -> Result<Filter, ScimError> {
        let mut filters = vec![self.all(depth)?];
        while self.take_word("or") {
            filters.push(self.all(depth)?);
        }
        Ok(alone(filters).unwrap_or_else(Filter::Or))
    }

    fn all(&mut self, depth: usize) -> Result<Filter, ScimError> {
        let mut filters = vec![self.term(depth)?];
        while self.take_word("and") {
            filters.push(self.term(depth)?);
        }
        Ok(alone(filters).unwrap_or_else(Filter::And))
    }

    fn term(&mut self, depth: usize) -> Result<Filter, ScimError> {
        if depth > bounds::FILTER_DEPTH {
            return Err(ScimError::invalid_filter(format!(
                "the filter is nested deeper than {} levels",
                bounds::FILTER_DEPTH
            )));
        }
        let negated =
            matches!(self.tokens, [(_, Token::Text(not)), (_, Token::Open), ..] if not.eq_ignore_ascii_case("not"));
        if negated {
            self.next();
        }
        if self.take(Token::Open) {
            let filter = self.any(depth + 1)?;
            if !self.take(Token::Close) {
                return Err(self.expected("')'"));
            }
            return Ok(if negated { Filter::Not(Box::new(filter)) } else { filter });
        }
        self.comparison(depth)
    }

    fn comparison(&mut self, depth: usize) -> Result<Filter, ScimError> {
        let place = self.place();
        let Some(name) = self.next_text() else { return Err(self.expected("an attribute")) };
        if name.starts_with('"') {
            return Err(ScimError::invalid_filter(format!("{place} is a value where an attribute is expected")));
        }
        if self.take(Token::OpenBracket) {
            return self.values(name, depth);
        }
        self.operation(name)
    }

    /// Reads what follows `attribute[`, and after the closing bracket `.sub eq "x"` (Entra ID) or ` eq "x"`
    /// (azure-docs#83855).
    fn values(&mut self, name: &str, depth: usize) -> Result<Filter, ScimError> {
        if self.in_brackets {
            return Err(ScimError::invalid_filter("brackets cannot stand inside brackets"));
        }
        self.in_brackets = true;
        let mut filter = self.any(depth + 1)?;
        self.in_brackets = false;
        if !self.take(Token::CloseBracket) {
            return Err(self.expected("']'"));
        }
        let sub = match self.tokens.first() {
            Some((_, Token::Text(text))) if text.starts_with('.') => {
                self.next();
                Some(&text[1..])
            }
            Some((_, Token::Text(text))) if operator(text).is_some() => Some("value"),
            _ => None,
        };
        if let Some(sub) = sub {
            let operation = self.operation(sub)?;
            filter = match filter {
                Filter::And(mut filters) => {
                    filters.push(operation);
                    Filter::And(filters)
                }
                filter => Filter::And(vec![filter, operation]),
            };
        }
        Ok(Filter::Values(name.to_owned(), Box::new(filter)))
    }

    fn operation(&mut self, name: &str) -> Result<Filter, ScimError> {
        let place = self.place();
        let Some(word) = self.next_text() else { return Err(self.expected("an operator")) };
        if word.eq_ignore_ascii_case("pr") {
            return Ok(Filter::Present(name.to_owned()));
        }
        let negated = word.eq_ignore_ascii_case("ne");
        let Some(operator) = operator(word) else {
            return Err(ScimError::invalid_filter(format!(
                "{place} is no operator: eq, ne, co, sw, ew, gt, ge, lt, le and pr are"
            )));
        };
        let place = self.place();
        let Some(value) = self.next_text() else { return Err(self.expected("a value")) };
        let literal = Literal::parse(value).ok_or_else(|| {
            ScimError::invalid_filter(format!(
                "{place} is no value: a string stands in double quotes, with JSON's escapes"
            ))
        })?;
        if matches!(literal, Literal::Bare(_)) && (operator != Operator::Eq || negated) {
            return Err(ScimError::invalid_filter(format!("{place} is a text without double quotes")));
        }
        let comparison = Filter::Compare(name.to_owned(), operator, literal);
        Ok(if negated { Filter::Not(Box::new(comparison)) } else { comparison })
    }

    fn next(&mut self) -> Option<Token<'a>> {
        let ((_, word), rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*word)
    }

    fn next_text(&mut self) -> Option<&'a str> {
        match self.tokens.first() {
            Some((_, Token::Text(text))) => {
                self.next();
                Some(text)
            }
            _ => None,
        }
    }

    fn take(&mut self, token: Token<'_>) -> bool {
        let here = self.tokens.first().is_some_and(|(_, first)| *first == token);
        if here {
            self.next();
        }
        here
    }

    fn take_word(&mut self, word: &str) -> bool {
        let here = matches!(self.tokens.first(), Some((_, Token::Text(text))) if text.eq_ignore_ascii_case(word));
        if here {
            self.next();
        }
        here
    }

    /// Describes the position of the next token. The token itself is not quoted, since it may be a person's address.
    fn place(&self) -> String {
        match self.tokens.first() {
            Some((at, _)) => character(self.text, *at),
            None => "at the end of the filter".to_owned(),
        }
    }

    fn expected(&self, what: &str) -> ScimError {
        ScimError::invalid_filter(format!("{what} is expected {}", self.place()))
    }
}

/// Returns the only filter if there is just one, otherwise all of them as the error.
fn alone(mut filters: Vec<Filter>) -> Result<Filter, Vec<Filter>> {
    match (filters.pop(), filters.is_empty()) {
        (Some(filter), true) => Ok(filter),
        (last, _) => {
            filters.extend(last);
            Err(filters)
        }
    }
}

fn operator(word: &str) -> Option<Operator> {
    Some(match word.to_ascii_lowercase().as_str() {
        "eq" | "ne" => Operator::Eq,
        "co" => Operator::Co,
        "sw" => Operator::Sw,
        "ew" => Operator::Ew,
        "gt" => Operator::Gt,
        "ge" => Operator::Ge,
        "lt" => Operator::Lt,
        "le" => Operator::Le,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        Filter::parse(text).unwrap_err().detail.into_owned()
    }

    #[test]
    fn and_binds_before_or_and_not_before_both() {
        let filter = Filter::parse(r#"a pr or b pr and NOT (c pr)"#).unwrap();
        let Filter::Or(either) = filter else { panic!("or is outermost") };
        let Filter::And(both) = &either[1] else { panic!("and is inside") };
        assert!(matches!(both[1], Filter::Not(_)));
    }

    #[test]
    fn a_comparison_behind_brackets_is_one_of_the_values() {
        let documented = Filter::parse(r#"emails[type eq "work"].value eq "a@b""#).unwrap();
        let misprinted = Filter::parse(r#"emails[type eq "work"] eq "a@b""#).unwrap();
        let standard = Filter::parse(r#"emails[type eq "work" and value eq "a@b"]"#).unwrap();
        assert_eq!(documented, standard);
        assert_eq!(misprinted, standard);
    }

    #[test]
    fn strings_have_the_escapes_of_json() {
        let Filter::Compare(_, Operator::Eq, Literal::String(value)) =
            Filter::parse(r#"a eq "q\"\\\u00e9] and (""#).unwrap()
        else {
            panic!("a comparison")
        };
        assert_eq!(value, "q\"\\é] and (");
    }

    #[test]
    fn depth_and_length_are_bounded() {
        let nested = |levels: usize| format!("{}a pr{}", "(".repeat(levels), ")".repeat(levels));
        assert!(Filter::parse(&nested(bounds::FILTER_DEPTH)).is_ok());
        assert!(error(&nested(bounds::FILTER_DEPTH + 1)).contains("32 levels"));
        let long = |bytes: usize| format!("a eq \"{}\"", "x".repeat(bytes - 7));
        assert!(Filter::parse(&long(bounds::FILTER_LENGTH)).is_ok());
        assert!(error(&long(bounds::FILTER_LENGTH + 1)).contains("8192 bytes"));
    }

    #[test]
    fn what_is_outside_the_grammar_is_refused() {
        for text in [
            "",
            "a",
            "a eq",
            "a co b",
            "a eq and b pr",
            "a eq 'b'",
            "a xx \"b\"",
            "a pr b pr",
            "(a pr",
            "a pr)",
            "a[b pr",
            "a[b[c pr]]",
            "not a pr",
            "a eq \"x",
            "\"a\" eq \"b\"",
            "and a pr",
            "a pr and",
            "a gt NaN",
            "a eq \"\\ud800\"",
        ] {
            assert!(Filter::parse(text).is_err(), "{text:?}");
        }
    }
}
