using Webhooks.Dispatching;
using Webhooks.Sqlite.Deliveries;
using Webhooks.Sqlite.Endpoints;
using Webhooks.Sqlite.Log;
using Webhooks.Sqlite.Messages;
using Webhooks.Sqlite.Replay;
using Webhooks.Sqlite.Retention;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

/// <summary>No statement may read a whole table or sort: its cost would grow with the file.</summary>
public sealed class QueryPlanTests : IDisposable
{
    private static readonly DeliveryQuery All = new();

    private static readonly Dictionary<string, (string Sql, string Index)> Statements = new(StringComparer.Ordinal)
    {
        ["Claim"] = (DueClaim.DueSql, "webhook_delivery_due (due_at<?)"),
        ["Next due delivery"] = (DueClaim.NextDueSql, "webhook_delivery_due (due_at>?)"),
        ["Resumable endpoints"] = (DueClaim.ResumableSql, "webhook_endpoint_pause (paused_until<?)"),
        ["Next resumable endpoint"] = (DueClaim.NextResumableSql, "webhook_endpoint_pause (paused_until>?)"),
        ["Claim of held ones"] = (HeldClaim.HeldSql, "webhook_delivery_held (endpoint_seq=?)"),
        ["Outcome"] = (OutcomeWriter.CompleteSql, "PRIMARY KEY (message_seq=? AND ordinal=?)"),
        ["Release"] = (OutcomeWriter.ReleaseSql, "PRIMARY KEY (message_seq=? AND ordinal=?)"),
        ["Fan-out"] = (FanOut.MatchSql, "webhook_subscription_match (tenant_id=? AND pattern=?)"),
        ["Duplicate"] = (MessageAppender.DuplicateSql, "sqlite_autoindex_webhook_message_1 (id=? AND tenant_id=?)"),
        ["Pending ones of an endpoint"] = (EndpointWriter.PendingSql, "webhook_delivery_not_succeeded (tenant_id=? AND status=?)"),
        ["Held ones of an endpoint"] = (EndpointWriter.HeldSql, "webhook_delivery_held (endpoint_seq=?)"),
        ["Endpoints"] = (EndpointReader.ListSql, "webhook_endpoint_list (tenant_id=? AND created_at<?)"),
        ["Expired secrets"] = (EndpointReader.ExpiredSecretsSql, "webhook_endpoint_secrets (secrets_expire_at<?)"),
        ["Messages"] = (MessageLog.ListSql, "webhook_message_list (tenant_id=? AND created_at>? AND created_at<?)"),
        ["Deliveries"] = (
            DeliveryListSql.For(All), "webhook_message_list (tenant_id=? AND created_at>? AND created_at<?)"),
        ["Deliveries to an endpoint"] = (
            DeliveryListSql.For(All with { EndpointId = "ep_1" }), "sqlite_autoindex_webhook_endpoint_name_1 (tenant_id=? AND id=?)"),
        ["Failed deliveries"] = (
            DeliveryListSql.For(All with { Status = DeliveryStatus.Failed }),
            "webhook_delivery_not_succeeded (tenant_id=? AND status=? AND created_at>? AND (created_at,message_seq,ordinal)<(?,?,?))"),
        ["Deliveries of a message"] = (
            DeliveryListSql.For(All with { MessageId = "msg_1" }), "sqlite_autoindex_webhook_message_1 (id=? AND tenant_id=?)"),
        ["Attempts"] = (AttemptLog.ListSql, "PRIMARY KEY (message_seq=? AND ordinal=?)"),
        ["Attempts of a message"] = (AttemptLog.ListOfMessageSql, "sqlite_autoindex_webhook_message_1 (id=? AND tenant_id=?)"),
        ["Count of an endpoint"] = (DeliveryLog.CountSql, "sqlite_autoindex_webhook_endpoint_name_1 (tenant_id=? AND id=?)"),
        ["Replay of one delivery"] = (EndedReplay.GetSql, "PRIMARY KEY (message_seq=? AND ordinal=?)"),
        ["Replay of failed ones"] = (
            EndedReplay.NotSucceededSql,
            "webhook_delivery_not_succeeded (tenant_id=? AND status=? AND (created_at,message_seq,ordinal)>(?,?,?) AND created_at<?)"),
        ["Replay of an endpoint"] = (
            EndedReplay.OfEndpointSql,
            "webhook_delivery_endpoint (endpoint_seq=? AND (created_at,message_seq,ordinal)>(?,?,?) AND created_at<?)"),
        ["Replay of a tenant"] = (EndedReplay.OfTenantSql, "webhook_message_list (tenant_id=? AND created_at>? AND created_at<?)"),
        ["Replay of messages"] = (NeverSentReplay.MessagesSql, "webhook_message_list (tenant_id=? AND created_at>? AND created_at<?)"),
        ["Replay's deliveries"] = (NeverSentReplay.DeliveriesSql, "PRIMARY KEY (message_seq=?)"),
        ["Old messages"] = (PruneCandidates.MessagesSql, "webhook_message_age (created_at<?)"),
        ["Old payloads"] = (PayloadPruner.DueSql, "webhook_message_payload (payload_kept_until<?)"),
        ["Old attempts"] = (PruneCandidates.AttemptsSql, "webhook_attempt_age (started_at<?)"),
    };

    private readonly TempDirectory _directory = new();

    public static TheoryData<string> Names => [.. Statements.Keys];

    public void Dispose() => _directory.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_statement_walks_its_index_in_an_empty_file(string name)
    {
        using var store = A.Store(_directory.File());

        await ShouldWalkItsIndexAsync(store, Statements[name]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_statement_walks_its_index_in_a_filled_file_that_its_host_has_analyzed(string name)
    {
        using (var filled = A.Store(_directory.File()))
        {
            await FillAsync(filled);
        }

        HostConnection.Execute(_directory.File(), "ANALYZE");

        using var store = A.Store(_directory.File());

        await ShouldWalkItsIndexAsync(store, Statements[name]);
    }

    private static async Task FillAsync(SqliteWebhookStore store)
    {
        await store.InsertEndpointAsync(A.Endpoint("ep_1"), default);
        await store.InsertEndpointAsync(A.Endpoint("ep_2"), default);
        await store.InsertEndpointAsync(A.Endpoint("ep_3"), default);
        await store.PauseEndpointAsync(new EndpointPause(A.Endpoint("ep_2").Key, A.Now, Owner: null), default);
        var messages = Enumerable.Range(0, 1_000).Select(i => A.Message($"msg_{i}", A.Now.AddSeconds(i))).ToList();
        var appended = await store.AppendAsync(messages, new LeaseGrant(A.Owner, A.Now.AddHours(1), 1_500), default);
        await store.CompleteAsync(A.Owner, [.. appended.SelectMany(result => result.Leased).Take(1_000).Select(A.Success)], default);
    }

    private static async Task ShouldWalkItsIndexAsync(SqliteWebhookStore store, (string Sql, string Index) statement)
    {
        var plan = await store.Database.ReadAsync(
            session => session.Prepare("EXPLAIN QUERY PLAN " + statement.Sql).Read(row => row.Text(3)), default);

        plan.First(step => step.StartsWith("SEARCH ", StringComparison.Ordinal)).Should().EndWith(" " + statement.Index);
        plan.Should().NotContain(step => IsScanOfTable(step));
        plan.Should().NotContain(step => step.StartsWith("USE TEMP B-TREE", StringComparison.Ordinal));
    }

    /// <summary>Rows that the statement has made itself are not a table's.</summary>
    private static bool IsScanOfTable(string step) =>
        step.StartsWith("SCAN ", StringComparison.Ordinal) && !step.StartsWith("SCAN (", StringComparison.Ordinal);
}
