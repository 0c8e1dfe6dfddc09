using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.EntityFrameworkCore.Store;
using Webhooks.PostgreSql.Tests.Hosts;
using Webhooks.Publishing;
using Webhooks.Storage;

namespace Webhooks.EntityFrameworkCore.Tests.Store;

/// <summary>
/// What two transactions do to the same row in the same moment: another one has changed it, and commits when the store is seen to wait.
/// </summary>
public sealed class RaceTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly EndpointKey Endpoint = new("acme", "ep_1");

    private StoreSchema _schema = null!;
    private EntityFrameworkStore _store = null!;

    public async Task InitializeAsync()
    {
        _schema = await StoreSchema.CreateAsync();
        _store = _schema.CreateStore();
        await _store.InsertEndpointAsync(
            new StoredEndpoint(
                new WebhookEndpoint
                {
                    Id = Endpoint.EndpointId,
                    TenantId = Endpoint.TenantId,
                    Settings = new EndpointSettings { Url = "https://receiver.test/", EventTypes = ["*"] },
                    Version = 1,
                    CreatedAt = Start,
                    UpdatedAt = Start,
                },
                "{}"),
            default);
    }

    public async Task DisposeAsync() => await _schema.DisposeAsync();

    [Fact]
    public async Task A_delivery_is_not_held_for_a_pause_that_ends_meanwhile()
    {
        await _store.PauseEndpointAsync(new EndpointPause(Endpoint, Start.AddHours(1), "owner"), default);

        await DuringAsync("UPDATE webhook_endpoint SET \"PausedUntil\" = NULL, \"PausedBy\" = NULL", () => AppendAsync());

        (await ClaimAsync()).Should().ContainSingle("what is held for nobody is never found");
    }

    [Fact]
    public async Task What_a_claim_meets_is_not_held_for_a_pause_that_ends_meanwhile()
    {
        await AppendAsync();
        await _store.PauseEndpointAsync(new EndpointPause(Endpoint, Start.AddHours(1), "owner"), default);

        await DuringAsync("UPDATE webhook_endpoint SET \"PausedUntil\" = NULL, \"PausedBy\" = NULL", ClaimAsync);

        (await ClaimAsync()).Should().ContainSingle();
    }

    [Fact]
    public async Task What_another_leases_meanwhile_is_not_leased()
    {
        await AppendAsync();

        var leased = await DuringAsync("UPDATE webhook_delivery SET \"DueAt\" = \"DueAt\" + 3600000", ClaimAsync);

        leased.Should().BeEmpty();
    }

    [Fact]
    public async Task An_outcome_of_a_lease_that_another_takes_meanwhile_takes_no_effect()
    {
        await AppendAsync();
        var lease = (await ClaimAsync())[0];
        var attempt = new DeliveryAttempt
        {
            TenantId = Endpoint.TenantId,
            DeliveryId = lease.Id,
            Number = 1,
            Id = "atmpt_1",
            StartedAt = Start,
            Duration = TimeSpan.FromMilliseconds(5),
        };

        var effective = await DuringAsync(
            "UPDATE webhook_delivery SET \"Owner\" = gen_random_uuid()",
            () => _store.CompleteAsync("owner", [new DeliveryOutcome(attempt, DeliveryStatus.Succeeded, RetryAt: null)], default));

        effective.Should().Equal(false);
        (await _store.ListAttemptsAsync(new AttemptQuery { TenantId = Endpoint.TenantId, DeliveryId = lease.Id }, default)).Items.Should().BeEmpty();
    }

    [Fact]
    public async Task What_is_erased_meanwhile_is_not_sent_again()
    {
        await AppendAsync();
        var delivery = (await ClaimAsync())[0];
        await _store.CancelPendingAsync(Endpoint, Start, limit: 1, default);

        var result = await DuringAsync(
            "UPDATE webhook_message SET \"Payload\" = NULL",
            () => _store.ResendAsync(Endpoint.TenantId, delivery.Id, Start, resendId: null, default));

        result.Should().Be(ResendResult.PayloadRemoved);
    }

    [Fact]
    public async Task What_is_sent_again_meanwhile_keeps_its_payload()
    {
        await AppendAsync(keptUntil: Start);
        await _store.CancelPendingAsync(Endpoint, Start, limit: 1, default);

        await DuringAsync(
            """UPDATE webhook_message SET "DeliveryCount" = "DeliveryCount"; UPDATE webhook_delivery SET "Status" = 0, "DueAt" = 0""",
            () => _store.PrunePayloadsAsync(new PayloadPruneRequest(Start, TimeSpan.FromHours(1), Limit: 10), default));

        (await ClaimAsync()).Should().ContainSingle().Which.Message.Payload.Should().NotBeNull();
    }

    private Task<IReadOnlyList<AppendResult>> AppendAsync(DateTimeOffset? keptUntil = null) => _store.AppendAsync(
        [
            new WebhookMessage
            {
                Id = "msg_1",
                TenantId = Endpoint.TenantId,
                EventType = "order.paid",
                Payload = "{}"u8.ToArray(),
                PayloadKeptUntil = keptUntil,
                Timestamp = Start,
                CreatedAt = Start,
            },
        ],
        leases: null,
        default);

    private async Task<IReadOnlyList<LeasedDelivery>> ClaimAsync() =>
        (await _store.ClaimAsync(new ClaimRequest("owner", Start, Start.AddMinutes(1), Limit: 10), default)).Deliveries;

    /// <summary>Does something while somebody else's change is not committed yet.</summary>
    private async Task<T> DuringAsync<T>(string change, Func<Task<T>> act)
    {
        await using var connection = await _schema.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = change;
        await command.ExecuteNonQueryAsync();

        var acting = Task.Run(act);
        await Patience.UntilAsync(async () => acting.IsCompleted || await _schema.Schema.ReadAsync<long>(
            "SELECT count(*) FROM pg_stat_activity WHERE application_name = '{schema}' AND wait_event_type = 'Lock'") > 0);
        await transaction.CommitAsync();
        return await acting.InTimeAsync();
    }
}
