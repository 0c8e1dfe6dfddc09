using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Webhooks.PostgreSql.Log;

/// <summary>Where an attempt stands among those of a message: by delivery, then by number.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct AttemptPosition(Guid DeliveryKey, int Number) : IParsable<AttemptPosition>
{
    public static AttemptPosition Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var position) ? position : throw new FormatException("Not a position.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out AttemptPosition result)
    {
        result = default;
        if (s?.Split('.') is not [var key, var number]
            || !Guid.TryParseExact(key, "N", out var delivery)
            || !int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return false;
        }

        result = new AttemptPosition(delivery, count);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{DeliveryKey:N}.{Number}");
}
