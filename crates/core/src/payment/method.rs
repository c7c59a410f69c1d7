//! How guests pay, and what their payments are found by.

use std::fmt;

/// The most characters of a payment's reference.
pub const REFERENCE_CHARS_MAX: usize = 40;

/// A way of paying. The names are those of the hotel's programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentMethod {
    /// A card payment, found by its authorisation number (table `compraclick`, key `autorizacion`).
    CompraClick,
    /// A bank transfer, found by its id (table `bac`, key `id`).
    DepositoBac,
}

impl PaymentMethod {
    /// Every method, in the order in which they are listed to callers.
    pub const ALL: [Self; 2] = [Self::CompraClick, Self::DepositoBac];

    /// The name on the wire (`payment_method`).
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::CompraClick => "CompraClick",
            Self::DepositoBac => "Depósito BAC",
        }
    }

    /// The method of this name; `None` where there is none such.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// The field that carries its reference on the wire.
    #[must_use]
    pub fn reference_field(self) -> &'static str {
        match self {
            Self::CompraClick => "authorization_number",
            Self::DepositoBac => "transfer_id",
        }
    }
}

impl fmt::Display for PaymentMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One payment: its method and the reference that it is found by.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PaymentRef {
    /// How it was paid.
    pub method: PaymentMethod,
    /// The authorisation number or transfer id, exactly as the hotel's table has it.
    pub reference: String,
}

impl PaymentRef {
    /// The payment of this reference; `None` where the reference is empty, longer than
    /// [`REFERENCE_CHARS_MAX`], or holds anything but letters, digits, `-`, `_`, `.` and `/`.
    #[must_use]
    pub fn parse(method: PaymentMethod, reference: &str) -> Option<Self> {
        let reference = reference.trim();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        let is_right = (1..=REFERENCE_CHARS_MAX).contains(&reference.len()) && reference.chars().all(allowed);
        is_right.then(|| Self { method, reference: reference.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_the_hotels() {
        for method in PaymentMethod::ALL {
            assert_eq!(PaymentMethod::parse(method.as_str()), Some(method));
        }
        assert_eq!(PaymentMethod::parse("Deposito BAC"), None);
        let parse = |text: &str| PaymentRef::parse(PaymentMethod::CompraClick, text).map(|p| p.reference);
        assert_eq!(parse(" 123456 ").as_deref(), Some("123456"));
        assert_eq!(parse(""), None);
        assert_eq!(parse("1' OR '1'='1"), None);
        assert_eq!(parse(&"9".repeat(41)), None);
    }
}
