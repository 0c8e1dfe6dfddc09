using System.Runtime.InteropServices;
using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Partitions;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Log;

/// <summary>
/// The part of a list that a page is taken from: below the cursor and within the times asked for. Times are looked for in
/// keys, which tells PostgreSQL what partitions to look into, and then exactly.
/// </summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct KeyWindow(Guid Below, Guid From, DateTimeOffset Since, DateTimeOffset Until)
{
    /// <summary>Times that every store of people's data is between; PostgreSQL's own limits are further out.</summary>
    private static readonly DateTimeOffset First = DateTimeOffset.UnixEpoch;

    private static readonly DateTimeOffset Last = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static KeyWindow Of(string list, string? cursor, DateTimeOffset? since, DateTimeOffset? until)
    {
        var (start, end) = (Clamp(since ?? First), Clamp(until ?? Last));
        var below = KeyTime.EndKey(end);
        if (cursor is not null && PageCursor.Decode<Guid>(list, cursor) is var position && position < below)
        {
            below = position;
        }

        return new KeyWindow(below, KeyTime.FirstKey(start), start, end);
    }

    public static Page<T> ToPage<T>(string list, List<(Guid Key, T Item)> rows, int limit) => new(
        [.. rows.Take(limit).Select(static row => row.Item)],
        rows.Count > limit ? PageCursor.Encode(list, rows[limit - 1].Key) : null);

    /// <summary>Adds the parameters $2 to $5.</summary>
    public NpgsqlBatchCommand AddTo(NpgsqlBatchCommand statement) =>
        statement.WithKey(Below).WithKey(From).WithTime(Since).WithTime(Until);

    private static DateTimeOffset Clamp(DateTimeOffset time) => time < First ? First : time > Last ? Last : time;
}
