using System.Text.Json;
using Npgsql;
using Webhooks.PostgreSql.Connections;
using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.PostgreSql.Tests.Plans;

/// <summary>
/// Runs a statement, undoes it, and counts the rows that it touched in tables by the plan that it has with settings: in a session, one that is made
/// for any parameters, and else one for these.
/// </summary>
internal static class PlanReader
{
    public static async Task<PlanCost> ReadAsync(TestSchema schema, NpgsqlBatchCommand statement, string settings = Session.SettingsSql)
    {
        // The plan that a statement really had comes as a notice.
        await using var dataSource = NpgsqlDataSource.Create(schema.DataSource.ConnectionString + ";Pooling=false");
        await using var connection = await dataSource.OpenConnectionAsync();
        var notices = new List<string>();
        connection.Notice += (_, notice) => notices.Add(notice.Notice.MessageText);
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, settings);
        await ExecuteAsync(
            connection,
            """
            LOAD 'auto_explain';
            SET auto_explain.log_analyze = on;
            SET auto_explain.log_format = json;
            SET auto_explain.log_level = notice;
            SET auto_explain.log_min_duration = 0
            """);
        await using var command = new NpgsqlCommand(statement.CommandText, connection, transaction);
        while (statement.Parameters.Count > 0)
        {
            var parameter = statement.Parameters[0];
            statement.Parameters.RemoveAt(0);
            command.Parameters.Add(parameter);
        }

        notices.Clear();
        await command.ExecuteNonQueryAsync();
        await transaction.RollbackAsync();
        var json = notices.Single(text => text.Contains("plan:"));
        json = json[json.IndexOf('{')..];
        using var document = JsonDocument.Parse(json);
        var plan = document.RootElement.GetProperty("Plan");
        return new PlanCost(Touched(plan), Written(plan), json);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static double Touched(JsonElement node)
    {
        var touched = 0.0;
        var isTable = node.TryGetProperty("Relation Name", out _) && !IsChange(node);
        if (isTable)
        {
            var loops = Number(node, "Actual Loops");
            touched += loops * (Number(node, "Actual Rows") + Number(node, "Rows Removed by Filter")
                + Number(node, "Rows Removed by Index Recheck") + Number(node, "Rows Removed by Join Filter"));
        }

        if (node.TryGetProperty("Plans", out var plans))
        {
            touched += plans.EnumerateArray().Sum(Touched);
        }

        return touched;
    }

    private static double Written(JsonElement node) => !node.TryGetProperty("Plans", out var plans)
        ? 0
        : plans.EnumerateArray().Sum(plan => Written(plan) + (IsChange(node) && IsSource(plan) ? Number(plan, "Actual Rows") : 0));

    private static bool IsSource(JsonElement node) => node.GetProperty("Parent Relationship").GetString() == "Outer";

    private static bool IsChange(JsonElement node) => node.GetProperty("Node Type").GetString() == "ModifyTable";

    private static double Number(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}

/// <summary>What a statement cost.</summary>
/// <param name="RowsTouched">The rows of tables that its scans looked at, those that they threw away included.</param>
/// <param name="RowsWritten">The rows that it inserted, updated or deleted.</param>
/// <param name="Plan">The plan, for the message of a failure.</param>
internal sealed record PlanCost(double RowsTouched, double RowsWritten, string Plan)
{
    public void ShouldTouchAtMost(double rows) => RowsTouched.Should().BeLessThanOrEqualTo(rows, "the plan is {0}", Plan);
}
