using Npgsql;

namespace Webhooks.PostgreSql.Messages;

/// <summary>What an append answers.</summary>
/// <param name="IsCurrent">Whether the subscribers are those that it counted on; if not, nothing was stored.</param>
/// <param name="Stored">For each message whether it was stored; null: all were.</param>
/// <param name="HasFirstInLine">As in <see cref="Storage.AppendResult.HasFirstInLine"/>.</param>
internal sealed record AppendAnswer(bool IsCurrent, bool[]? Stored, bool HasFirstInLine)
{
    public static AppendAnswer Read(NpgsqlDataReader row) =>
        new(row.GetBoolean(0), row.IsDBNull(1) ? null : row.GetFieldValue<bool[]>(1), row.GetBoolean(2));
}
