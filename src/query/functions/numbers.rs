//! Functions of numbers. What has no real result (the root of a negative number) is not-a-number; what has to be an
//! integer and cannot be one is an error.

use crate::query::error::{Detail, ErrorType, QueryError, Result};
use crate::query::value::Value;

use super::arguments::{Arguments, Number};
use super::{Function, Parameter, Surroundings, Type};

const NUMBER: &[Parameter] = &[Parameter::new("number", Type::Number)];
const ANGLE: &[Parameter] = &[Parameter::new("radians", Type::Number)];

/// A function of one float.
macro_rules! float {
    ($name:literal, $parameters:expr, $compute:expr, $en:literal, $zh:literal) => {
        Function::scalar($name, $parameters, Type::Float, |_, values| float($name, values, $compute), $en, $zh)
    };
}

/// The functions of this file.
pub(super) const FUNCTIONS: &[Function] = &[
    Function::scalar("abs", NUMBER, Type::Number, abs, "A number without its sign.", "绝对值。"),
    Function::scalar(
        "sign",
        NUMBER,
        Type::Integer,
        sign,
        "-1, 0 or 1: whether a number is below, at or above zero.",
        "数的符号：-1、0 或 1。",
    ),
    Function::scalar("isNaN", NUMBER, Type::Boolean, is_nan, "Whether a float is not a number.", "浮点数是否为 NaN。"),
    Function::scalar(
        "round",
        &[
            Parameter::new("number", Type::Number),
            Parameter::optional("digits", Type::Integer),
            Parameter::optional("mode", Type::String),
        ],
        Type::Float,
        round,
        "The nearest number with so many digits after the point, none where it is not said. Halves go up, or as the mode \
         says: UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN or HALF_EVEN.",
        "四舍五入到给定的小数位（默认取整，恰为一半时向上）；模式可为 UP、DOWN、CEILING、FLOOR、HALF_UP、HALF_DOWN、HALF_EVEN。",
    ),
    Function::scalar(
        "rand",
        &[],
        Type::Float,
        |_, _| Ok(Value::Float(fastrand::f64())),
        "A random number from 0 up to but without 1.",
        "0（含）到 1（不含）之间的随机数。",
    )
    .volatile(),
    Function::scalar(
        "randomUUID",
        &[],
        Type::String,
        |_, _| Ok(Value::text(random_uuid(fastrand::u128(..)))),
        "A random identifier of 36 characters (UUID, version 4).",
        "36 个字符的随机标识（UUID 第 4 版）。",
    )
    .volatile(),
    Function::scalar(
        "e",
        &[],
        Type::Float,
        |_, _| Ok(Value::Float(std::f64::consts::E)),
        "Euler's number.",
        "自然常数 e。",
    ),
    Function::scalar(
        "pi",
        &[],
        Type::Float,
        |_, _| Ok(Value::Float(std::f64::consts::PI)),
        "The number pi.",
        "圆周率。",
    ),
    float!("ceil", NUMBER, f64::ceil, "The least whole number that is not below a number.", "不小于该数的最小整数。"),
    float!("ceiling", NUMBER, f64::ceil, "The same as ceil(), as GQL calls it.", "同 ceil()（GQL 名称）。"),
    float!(
        "floor",
        NUMBER,
        f64::floor,
        "The greatest whole number that is not above a number.",
        "不大于该数的最大整数。"
    ),
    float!("sqrt", NUMBER, f64::sqrt, "The square root.", "平方根。"),
    float!("exp", NUMBER, f64::exp, "Euler's number to a power.", "e 的幂。"),
    float!("log", NUMBER, f64::ln, "The natural logarithm.", "自然对数。"),
    float!("ln", NUMBER, f64::ln, "The natural logarithm, as GQL calls it.", "自然对数（GQL 名称）。"),
    float!("log10", NUMBER, f64::log10, "The logarithm to the base of 10.", "以 10 为底的对数。"),
    float!("sin", ANGLE, f64::sin, "The sine of an angle in radians.", "正弦（弧度）。"),
    float!("cos", ANGLE, f64::cos, "The cosine of an angle in radians.", "余弦（弧度）。"),
    float!("tan", ANGLE, f64::tan, "The tangent of an angle in radians.", "正切（弧度）。"),
    float!("cot", ANGLE, |x| x.tan().recip(), "The cotangent of an angle in radians.", "余切（弧度）。"),
    float!("asin", NUMBER, f64::asin, "The angle, in radians, of a sine.", "反正弦（弧度）。"),
    float!("acos", NUMBER, f64::acos, "The angle, in radians, of a cosine.", "反余弦（弧度）。"),
    float!("atan", NUMBER, f64::atan, "The angle, in radians, of a tangent.", "反正切（弧度）。"),
    Function::scalar(
        "atan2",
        &[Parameter::new("y", Type::Number), Parameter::new("x", Type::Number)],
        Type::Float,
        atan2,
        "The angle, in radians, of a point seen from the origin.",
        "点 (x, y) 相对原点的方位角（弧度）。",
    ),
    float!("sinh", NUMBER, f64::sinh, "The hyperbolic sine.", "双曲正弦。"),
    float!("cosh", NUMBER, f64::cosh, "The hyperbolic cosine.", "双曲余弦。"),
    float!("tanh", NUMBER, f64::tanh, "The hyperbolic tangent.", "双曲正切。"),
    float!("degrees", ANGLE, f64::to_degrees, "Radians in degrees.", "弧度转角度。"),
    float!(
        "radians",
        &[Parameter::new("degrees", Type::Number)],
        f64::to_radians,
        "Degrees in radians.",
        "角度转弧度。"
    ),
    float!(
        "haversin",
        ANGLE,
        |x| (x / 2.0).sin().powi(2),
        "Half of the versine of an angle in radians.",
        "半正矢（弧度）。"
    ),
];

/// The result of a function of one float.
fn float(function: &'static str, values: &[Value], compute: fn(f64) -> f64) -> Result<Value> {
    let number = Arguments::of(function, values).number(0)?;
    Ok(number.map_or(Value::Null, |n| Value::Float(compute(n.float()))))
}

fn abs(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(match Arguments::of("abs", values).number(0)? {
        None => Value::Null,
        Some(Number::Float(f)) => Value::Float(f.abs()),
        Some(Number::Integer(i)) => Value::Integer(i.checked_abs().ok_or_else(|| {
            QueryError::runtime(
                ErrorType::ArithmeticError,
                Detail::IntegerOverflow,
                format!("abs({i}) is beyond the 64 bits of an Integer"),
                format!("abs({i}) 超出 64 位整数的范围"),
            )
        })?),
    })
}

fn sign(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(match Arguments::of("sign", values).number(0)? {
        None => Value::Null,
        Some(Number::Integer(i)) => Value::Integer(i.signum()),
        Some(Number::Float(f)) => Value::Integer(i64::from(f > 0.0) - i64::from(f < 0.0)),
    })
}

fn is_nan(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    Ok(match Arguments::of("isNaN", values).number(0)? {
        None => Value::Null,
        Some(Number::Integer(_)) => Value::Boolean(false),
        Some(Number::Float(f)) => Value::Boolean(f.is_nan()),
    })
}

fn atan2(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("atan2", values);
    let (Some(y), Some(x)) = (arguments.number(0)?, arguments.number(1)?) else { return Ok(Value::Null) };
    Ok(Value::Float(y.float().atan2(x.float())))
}

/// Which neighbour a number is rounded to.
#[derive(Clone, Copy)]
enum Rounding {
    /// Away from zero.
    Up,
    /// Towards zero.
    Down,
    Ceiling,
    Floor,
    /// The nearest; halves away from zero.
    HalfUp,
    /// The nearest; halves towards zero.
    HalfDown,
    /// The nearest; halves to the even neighbour.
    HalfEven,
    /// The nearest; halves to the greater neighbour. What `round` does where no mode is named.
    Half,
}

impl Rounding {
    fn named(name: &str) -> Option<Self> {
        Some(match name.to_ascii_uppercase().as_str() {
            "UP" => Self::Up,
            "DOWN" => Self::Down,
            "CEILING" => Self::Ceiling,
            "FLOOR" => Self::Floor,
            "HALF_UP" => Self::HalfUp,
            "HALF_DOWN" => Self::HalfDown,
            "HALF_EVEN" => Self::HalfEven,
            _ => return None,
        })
    }

    fn apply(self, x: f64) -> f64 {
        match self {
            Self::Up => x.abs().ceil().copysign(x),
            Self::Down => x.trunc(),
            Self::Ceiling => x.ceil(),
            Self::Floor => x.floor(),
            Self::HalfUp => x.round(),
            Self::HalfDown if x.fract().abs() == 0.5 => x.trunc(),
            Self::HalfEven => x.round_ties_even(),
            Self::Half if x.fract() == -0.5 => x.trunc(),
            Self::HalfDown | Self::Half => x.round(),
        }
    }
}

fn round(_: &Surroundings<'_>, values: &[Value]) -> Result<Value> {
    let arguments = Arguments::of("round", values);
    let digits = if arguments.given(1) { arguments.count(1)? } else { Some(0) };
    let mode = if arguments.given(2) { arguments.text(2)?.map(|name| &**name) } else { Some("") };
    let (Some(number), Some(digits), Some(mode)) = (arguments.number(0)?, digits, mode) else {
        return Ok(Value::Null);
    };
    let fallback = if digits == 0 { Rounding::Half } else { Rounding::HalfUp };
    let rounding = if mode.is_empty() && !arguments.given(2) { Some(fallback) } else { Rounding::named(mode) };
    let Some(rounding) = rounding else {
        return Err(QueryError::runtime(
            ErrorType::ArgumentError,
            Detail::InvalidArgumentValue,
            format!("`{mode}` is no mode of round(): UP, DOWN, CEILING, FLOOR, HALF_UP, HALF_DOWN and HALF_EVEN are"),
            format!("`{mode}` 不是 round() 的模式；可用 UP、DOWN、CEILING、FLOOR、HALF_UP、HALF_DOWN、HALF_EVEN"),
        ));
    };
    Ok(Value::Float(rounded(number.float(), digits, rounding)))
}

/// A number rounded after so many digits behind the point.
fn rounded(x: f64, digits: usize, rounding: Rounding) -> f64 {
    // A float has at most 17 digits that mean something: where none is left behind these, nothing is to be rounded.
    let magnitude = if x == 0.0 { 0.0 } else { x.abs().log10().floor() };
    if !x.is_finite() || digits as f64 + magnitude > 16.0 {
        return x;
    }
    if digits == 0 {
        return rounding.apply(x);
    }
    // The shift is done on the decimal text, since 1.005 * 100 is not 100.5.
    let shifted = |x: f64, by: i64| {
        format!("{x:e}").split_once('e').and_then(|(mantissa, exponent)| {
            let exponent = exponent.parse::<i64>().ok()?.checked_add(by)?;
            format!("{mantissa}e{exponent}").parse::<f64>().ok()
        })
    };
    let digits = digits as i64;
    shifted(x, digits).and_then(|x| shifted(rounding.apply(x), -digits)).unwrap_or(x)
}

/// The text of a UUID of version 4 with these random bits.
fn random_uuid(bits: u128) -> String {
    let bits = bits & !(0xF << 76) & !(0b11 << 62) | (0x4 << 76) | (0b10 << 62);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_as_they_are_written() {
        let cases = [
            (1.005, 2, Rounding::HalfUp, 1.01),
            (-1.005, 2, Rounding::HalfUp, -1.01),
            (2.5, 0, Rounding::Half, 3.0),
            (-2.5, 0, Rounding::Half, -2.0),
            (-2.5, 0, Rounding::HalfUp, -3.0),
            (2.5, 0, Rounding::HalfEven, 2.0),
            (2.5, 0, Rounding::HalfDown, 2.0),
            (2.6, 0, Rounding::HalfDown, 3.0),
            (1.249, 1, Rounding::Up, 1.3),
            (-1.249, 1, Rounding::Down, -1.2),
            (-1.249, 1, Rounding::Floor, -1.3),
            (-1.249, 1, Rounding::Ceiling, -1.2),
            (0.1 + 0.2, 300, Rounding::HalfUp, 0.1 + 0.2),
            (1e300, 5, Rounding::HalfUp, 1e300),
            (1e-300, 5, Rounding::HalfUp, 0.0),
        ];
        for (x, digits, rounding, wanted) in cases {
            assert_eq!(rounded(x, digits, rounding), wanted, "{x} {digits}");
        }
        assert!(rounded(f64::NAN, 2, Rounding::HalfUp).is_nan());
        assert!(rounded(f64::INFINITY, 0, Rounding::Half).is_infinite());
    }

    #[test]
    fn a_random_identifier_says_its_version() {
        assert_eq!(random_uuid(0), "00000000-0000-4000-8000-000000000000");
        assert_eq!(random_uuid(u128::MAX), "ffffffff-ffff-4fff-bfff-ffffffffffff");
    }
}
