using System.Text.Json;
using Npgsql;
using Webhooks.PostgreSql.Tests.Server;

namespace Webhooks.PostgreSql.Tests.Plans;

/// <summary>Runs a statement under EXPLAIN ANALYZE, undoes it, and counts the rows that it touched in tables.</summary>
internal static class PlanReader
{
    public static async Task<PlanCost> ExplainAsync(TestSchema schema, NpgsqlBatchCommand statement)
    {
        await using var connection = await schema.DataSource.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = new NpgsqlCommand($"EXPLAIN (ANALYZE, FORMAT JSON) {statement.CommandText}", connection, transaction);
        while (statement.Parameters.Count > 0)
        {
            var parameter = statement.Parameters[0];
            statement.Parameters.RemoveAt(0);
            command.Parameters.Add(parameter);
        }

        var json = (string)(await command.ExecuteScalarAsync())!;
        await transaction.RollbackAsync();
        using var document = JsonDocument.Parse(json);
        return new PlanCost(Touched(document.RootElement[0].GetProperty("Plan")), json);
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

    private static bool IsChange(JsonElement node) => node.GetProperty("Node Type").GetString() == "ModifyTable";

    private static double Number(JsonElement node, string name) =>
        node.TryGetProperty(name, out var value) ? value.GetDouble() : 0;
}

/// <summary>What a statement cost.</summary>
/// <param name="RowsTouched">The rows of tables that its scans looked at, those that they threw away included.</param>
/// <param name="Plan">The plan, for the message of a failure.</param>
internal sealed record PlanCost(double RowsTouched, string Plan)
{
    public void ShouldTouchAtMost(double rows) => RowsTouched.Should().BeLessThanOrEqualTo(rows, "the plan is {0}", Plan);
}
