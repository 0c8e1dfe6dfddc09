using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace Webhooks.PostgreSql.Connections;

/// <summary>
/// A connection that is kept open for the statements that are run again and again. What is run often is prepared, and its
/// plan is used for a second.
/// </summary>
/// <remarks>
/// The plans are generic, and made as if tables were large: one that reads a table from end to end is never right here, and
/// must not be kept when it happens to be cheap for the moment. Plans do not outlive a second, so that what else may be
/// wrong with one that was made for an empty table is over before it hurts.
/// </remarks>
internal sealed class Session(PostgreSqlDatabase database, NpgsqlConnection connection) : IAsyncDisposable
{
    public const string SettingsSql =
        """
        SELECT set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false),
          set_config('enable_bitmapscan', 'off', false), set_config('jit', 'off', false)
        """;

    private static readonly TimeSpan PlanLife = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, long> _lastUses = new(StringComparer.Ordinal);
    private long _plannedAt = TimeProvider.System.GetTimestamp();

    public NpgsqlConnection Connection => connection;

    /// <summary>Whether it was opened after everything that was open had to be given up.</summary>
    public int Generation { get; init; }

    public Task ConfigureAsync(CancellationToken cancellationToken) =>
        database.ExecuteAloneAsync(connection, SettingsSql, cancellationToken);

    /// <summary>Runs a statement and reads its rows.</summary>
    public async Task<List<T>> ReadAsync<T>(
        NpgsqlTransaction? transaction, NpgsqlBatchCommand statement, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken)
    {
        if (!IsUsedOften(statement.CommandText))
        {
            return await database.ReadAsync(connection, transaction, statement, read, cancellationToken).ConfigureAwait(false);
        }

        if (TimeProvider.System.GetElapsedTime(_plannedAt) > PlanLife)
        {
            await database.ExecuteAloneAsync(connection, "DISCARD PLANS", cancellationToken).ConfigureAwait(false);
            _plannedAt = TimeProvider.System.GetTimestamp();
        }

        var command = CreateCommand(transaction, statement);
        await using (command.ConfigureAwait(false))
        {
            // Goes to the server once only.
            await command.PrepareAsync(cancellationToken).ConfigureAwait(false);
            database.Count();
            var rows = await command.ExecuteReaderAsync(cancellationToken).ConfigureAwait(false);
            await using (rows.ConfigureAwait(false))
            {
                var items = new List<T>();
                while (await rows.ReadAsync(cancellationToken).ConfigureAwait(false))
                {
                    items.Add(read(rows));
                }

                DisposeArrays(command);
                return items;
            }
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static void DisposeArrays(NpgsqlCommand command)
    {
        for (var i = 0; i < command.Parameters.Count; i++)
        {
            (command.Parameters[i].Value as IDisposable)?.Dispose();
        }

        command.Parameters.Clear();
    }

    private bool IsUsedOften(string sql)
    {
        var now = TimeProvider.System.GetTimestamp();
        var isOften = _lastUses.TryGetValue(sql, out var last) && TimeProvider.System.GetElapsedTime(last, now) <= PlanLife;
        _lastUses[sql] = now;
        return isOften;
    }

    [SuppressMessage("Security", "CA2100", Justification = "The texts are this library's own; the schema's name is checked.")]
    private NpgsqlCommand CreateCommand(NpgsqlTransaction? transaction, NpgsqlBatchCommand statement)
    {
        var command = new NpgsqlCommand(statement.CommandText, connection, transaction) { CommandTimeout = database.Timeout };
        var parameters = statement.Parameters.ToArray();
        statement.Parameters.Clear();
        command.Parameters.AddRange(parameters);
        return command;
    }
}
