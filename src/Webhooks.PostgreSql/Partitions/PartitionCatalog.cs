using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Npgsql;
using NpgsqlTypes;
using Webhooks.PostgreSql.Connections;

namespace Webhooks.PostgreSql.Partitions;

/// <summary>Reads from the system catalog which partitions there are.</summary>
internal static partial class PartitionCatalog
{
    /// <summary>The tables that are partitioned, all by the same times.</summary>
    public static readonly IReadOnlyList<string> Tables = ["messages", "deliveries", "attempts"];

    private const string ListSql =
        """
        SELECT parent.relname::text, child.relname::text, pg_get_expr(child.relpartbound, child.oid), i.inhdetachpending,
          pg_total_relation_size(child.oid)
        FROM pg_inherits i
        JOIN pg_class child ON child.oid = i.inhrelid
        JOIN pg_class parent ON parent.oid = i.inhparent
        JOIN pg_namespace n ON n.oid = parent.relnamespace
        WHERE n.nspname = $1 AND parent.relname = ANY($2) AND parent.relkind = 'p'
        ORDER BY child.relname
        """;

    public static async Task<List<Partition>> ReadAsync(
        PostgreSqlDatabase database,
        NpgsqlConnection connection,
        NpgsqlTransaction? transaction,
        CancellationToken cancellationToken)
    {
        var statement = SqlExtensions.Statement(ListSql)
            .WithText(database.Options.Schema)
            .With(NpgsqlDbType.Array | NpgsqlDbType.Text, Tables.ToArray());
        var rows = await database.ReadAsync(connection, transaction, statement, Read, cancellationToken).ConfigureAwait(false);
        return [.. rows.OfType<Partition>()];
    }

    private static Partition? Read(NpgsqlDataReader row) =>
        TryParse(row.GetString(2), out var range)
            ? new Partition(row.GetString(0), row.GetString(1), range, row.GetBoolean(3), row.GetInt64(4))
            : null;

    private static bool TryParse(string bounds, [NotNullWhen(true)] out PartitionRange range)
    {
        var match = Bounds().Match(bounds);
        range = match.Success
            ? new PartitionRange(KeyTime.Of(Guid.Parse(match.Groups["from"].ValueSpan)), KeyTime.Of(Guid.Parse(match.Groups["to"].ValueSpan)))
            : default;
        return match.Success;
    }

    [GeneratedRegex(@"^FOR VALUES FROM \('(?<from>[0-9a-f-]{36})'\) TO \('(?<to>[0-9a-f-]{36})'\)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Bounds();
}

/// <summary>One partition of one table.</summary>
[StructLayout(LayoutKind.Auto)]
internal sealed record Partition(string Table, string Name, PartitionRange Range, bool IsDetaching, long Size);
