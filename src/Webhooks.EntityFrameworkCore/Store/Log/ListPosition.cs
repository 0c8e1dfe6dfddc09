using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using Webhooks.EntityFrameworkCore.Store.Model;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Store.Log;

/// <summary>Where a row stands in a list: by time, then as stored. A delivery stands with its message.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct ListPosition(long CreatedAt, long Seq, long DeliverySeq) : IParsable<ListPosition>
{
    private static readonly ListPosition End = new(long.MaxValue, long.MaxValue, long.MaxValue);

    /// <summary>The position that a page's rows are below: that of the cursor, or the end of the time asked for.</summary>
    public static ListPosition Before(string list, string? cursor, DateTimeOffset? until)
    {
        var before = cursor is null ? End : PageCursor.Decode<ListPosition>(list, cursor);
        return until is { } time && Times.FirstNotBefore(time) <= before.CreatedAt
            ? new ListPosition(Times.FirstNotBefore(time), long.MinValue, long.MinValue)
            : before;
    }

    /// <summary>Makes a page of its rows and, if there are more, the first of the next page.</summary>
    public static Page<T> ToPage<T>(string list, List<(ListPosition Position, T Item)> rows, int limit) => new(
        [.. rows.Take(limit).Select(static row => row.Item)],
        rows.Count > limit ? PageCursor.Encode(list, rows[limit - 1].Position) : null);

    public static ListPosition Parse(string s, IFormatProvider? provider) =>
        TryParse(s, provider, out var position) ? position : throw new FormatException("Not a position.");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out ListPosition result)
    {
        result = default;
        var parts = s?.Split('.') ?? [];
        if (parts.Length != 3
            || !long.TryParse(parts[0], NumberStyles.AllowLeadingSign, provider, out var createdAt)
            || !long.TryParse(parts[1], NumberStyles.AllowLeadingSign, provider, out var seq)
            || !long.TryParse(parts[2], NumberStyles.AllowLeadingSign, provider, out var deliverySeq))
        {
            return false;
        }

        result = new ListPosition(createdAt, seq, deliverySeq);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{CreatedAt}.{Seq}.{DeliverySeq}");
}
