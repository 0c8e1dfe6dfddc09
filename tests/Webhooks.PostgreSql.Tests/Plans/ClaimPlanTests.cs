using Webhooks.PostgreSql.Deliveries;
using Webhooks.PostgreSql.Tests.Server;
using Webhooks.Storage;

namespace Webhooks.PostgreSql.Tests.Plans;

public sealed class ClaimPlanTests
{
    private const int Limit = 200;

    [Fact]
    public async Task A_claim_does_not_meet_the_million_deliveries_of_a_paused_endpoint()
    {
        await using var schema = await TestSchema.CreateAsync();
        await using var store = await schema.OpenAsync();
        await Filler.ForgetStatisticsAsync(schema);
        await Filler.AddEndpointsAsync(schema, 1, "paused", "'infinity'");
        await Filler.AddEndpointsAsync(schema, 1000);
        await Filler.AddPendingAsync(schema, from: 1, count: 1_000_000, "'paused_1'", dueAt: "NULL");
        await Filler.AddPendingAsync(schema, from: 2_000_001, count: 1000, "'ep_' || (i - 2000000)", dueAt: "now() - interval '1 hour'");

        await ShouldTouchFewAsync(store, schema);
        await schema.ExecuteAsync("ANALYZE {schema}.pending; ANALYZE {schema}.endpoints");
        await ShouldTouchFewAsync(store, schema);

        var claim = await store.ClaimAsync(Request(), default);
        claim.HasMore.Should().BeTrue();
    }

    private static async Task ShouldTouchFewAsync(PostgreSqlWebhookStore store, TestSchema schema)
    {
        var claim = new DueClaim(store.Database, new LeaseLoader(store.Database), new HeldSweep(store.Database));

        // Each row: found as due, its endpoint, and changed.
        (await PlanReader.ReadAsync(schema, claim.CreateStatement(Request()))).ShouldTouchAtMost(4 * Limit);
        var held = new HeldClaimRequest(new EndpointKey("acme", "paused_1"), "dispatcher", DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch, Limit);
        await schema.ExecuteAsync("UPDATE {schema}.endpoints SET paused_by = 'dispatcher' WHERE id = 'paused_1'");
        var expiry = new HeldExpiry(store.Database);
        (await PlanReader.ReadAsync(schema, new HeldClaim(store.Database, new LeaseLoader(store.Database), expiry).CreateStatement(held)))
            .ShouldTouchAtMost(4 * Limit);
        (await PlanReader.ReadAsync(schema, expiry.CreateStatement(held.Endpoint, held.Now))).ShouldTouchAtMost(3 * HeldExpiry.Window);
    }

    private static ClaimRequest Request()
    {
        var now = TimeProvider.System.GetUtcNow();
        return new ClaimRequest("dispatcher", now, now.AddMinutes(2), Limit);
    }
}
