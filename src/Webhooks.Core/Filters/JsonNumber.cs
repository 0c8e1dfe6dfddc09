using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace Webhooks.Filters;

/// <summary>
/// A number of JSON (RFC 8259, section 6), exactly, whatever its length: zero, or <c>±0.Digits · 10^Exponent</c> with digits that neither
/// begin nor end with a zero.
/// </summary>
internal readonly record struct JsonNumber(bool IsNegative, string? Digits, long Exponent)
{
    /// <summary>Exponents beyond it are taken for it. Nobody means such numbers.</summary>
    private const long MaxExponent = 1_000_000_000_000_000;

    /// <summary>The most digits before the point of a number that is written without an exponent.</summary>
    private const int MaxPlainDigits = 21;

    /// <summary>The most zeros between the point and the first digit.</summary>
    private const int MaxPlainZeros = 6;

    /// <summary>Reads a number from its text, which is valid JSON.</summary>
    public static JsonNumber Read(ReadOnlySpan<byte> text)
    {
        var isNegative = text[0] == '-';
        var rest = isNegative ? text[1..] : text;
        var e = rest.IndexOfAny((byte)'e', (byte)'E');
        var exponent = e < 0 ? 0 : ReadExponent(rest[(e + 1)..]);
        var mantissa = e < 0 ? rest : rest[..e];
        var point = mantissa.IndexOf((byte)'.');
        var whole = point < 0 ? mantissa : mantissa[..point];
        var fraction = point < 0 ? [] : mantissa[(point + 1)..];

        var digits = string.Concat(Encoding.ASCII.GetString(whole), Encoding.ASCII.GetString(fraction));
        var significant = digits.AsSpan().TrimStart('0');
        if (significant.IsEmpty)
        {
            return default;
        }

        var position = whole.Length - (digits.Length - significant.Length);
        return new JsonNumber(
            isNegative, significant.TrimEnd('0').ToString(), Math.Clamp(exponent + position, -MaxExponent, MaxExponent));
    }

    /// <returns>Less than 0, 0, or more than 0, as the first is less, equal, or more.</returns>
    public static int Compare(JsonNumber first, JsonNumber second)
    {
        var sign = first.Sign;
        if (sign != second.Sign)
        {
            return sign.CompareTo(second.Sign);
        }

        var byExponent = first.Exponent.CompareTo(second.Exponent);
        return sign * (byExponent != 0 ? byExponent : Math.Sign(string.CompareOrdinal(first.Digits, second.Digits)));
    }

    /// <summary>The number in one spelling.</summary>
    public override string ToString()
    {
        if (Digits is null)
        {
            return "0";
        }

        var sign = IsNegative ? "-" : string.Empty;
        if (Exponent is > 0 and <= MaxPlainDigits)
        {
            var point = (int)Exponent;
            return Digits.Length <= point
                ? sign + Digits.PadRight(point, '0')
                : $"{sign}{Digits.AsSpan(0, point)}.{Digits.AsSpan(point)}";
        }

        if (Exponent is <= 0 and >= -MaxPlainZeros)
        {
            return $"{sign}0.{new string('0', (int)-Exponent)}{Digits}";
        }

        var fraction = Digits.Length > 1 ? $".{Digits.AsSpan(1)}" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{sign}{Digits[0]}{fraction}e{Exponent - 1}");
    }

    private int Sign => Digits is null ? 0 : IsNegative ? -1 : 1;

    private static long ReadExponent(ReadOnlySpan<byte> text)
    {
        var isNegative = text[0] == '-';
        var digits = text[0] is (byte)'-' or (byte)'+' ? text[1..] : text;
        digits = digits.TrimStart((byte)'0');
        var exponent = 2 * MaxExponent;
        if (digits.Length <= 16)
        {
            exponent = digits.IsEmpty ? 0 : Utf8Parser.TryParse(digits, out long value, out _) ? value : exponent;
        }

        return isNegative ? -exponent : exponent;
    }
}
