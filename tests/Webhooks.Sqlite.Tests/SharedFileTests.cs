using Webhooks.Dispatching;
using Webhooks.Endpoints;
using Webhooks.Storage;

namespace Webhooks.Sqlite.Tests;

/// <summary>Two stores on one file, as two processes have them.</summary>
public sealed class SharedFileTests : IDisposable
{
    private readonly TempDirectory _directory = new();
    private readonly SqliteWebhookStore _here;
    private readonly SqliteWebhookStore _there;

    public SharedFileTests()
    {
        _here = A.Store(_directory.File());
        _there = A.Store(_directory.File());
    }

    public void Dispose()
    {
        _here.Dispose();
        _there.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task Both_may_create_the_tables()
    {
        var initializing = () => Task.WhenAll(
            Task.Run(() => _here.InitializeAsync(default)), Task.Run(() => _there.InitializeAsync(default)));

        await initializing.Should().NotThrowAsync();
    }

    [Fact]
    public async Task Concurrent_claims_never_get_the_same_delivery()
    {
        await _here.InsertEndpointAsync(A.Endpoint(), default);
        await _here.AppendAsync([.. Enumerable.Range(0, 500).Select(i => A.Message($"msg_{i}"))], null, default);

        var claims = await Task.WhenAll(ClaimAllAsync(_here, "here"), ClaimAllAsync(_there, "there"));

        claims.SelectMany(ids => ids).Should().OnlyHaveUniqueItems().And.HaveCount(500);
    }

    [Fact]
    public async Task A_message_goes_to_the_endpoints_that_the_other_has_just_changed()
    {
        var endpoint = A.Endpoint();
        (await AppendHereAsync("before")).DeliveryCount.Should().Be(0);

        await _there.InsertEndpointAsync(endpoint, default);
        (await AppendHereAsync("inserted")).DeliveryCount.Should().Be(1);

        var changed = endpoint with
        {
            Endpoint = endpoint.Endpoint with
            {
                Version = 2,
                Settings = endpoint.Endpoint.Settings with { EventTypes = ["order.*", "order.paid"] },
            },
        };
        await _there.ReplaceEndpointAsync(changed, 1, default);
        (await AppendHereAsync("replaced")).Leased.Should().ContainSingle().Which.EndpointVersion.Should().Be(2);

        await _there.PauseEndpointAsync(new EndpointPause(endpoint.Key, A.Now.AddHours(1), Owner: null), default);
        (await AppendHereAsync("paused")).Leased.Should().BeEmpty();

        var filtered = changed with
        {
            Endpoint = changed.Endpoint with
            {
                Version = 3,
                Settings = changed.Endpoint.Settings with { Filter = """{"never":"there"}""" },
            },
        };
        await _there.ReplaceEndpointAsync(filtered, 2, default);
        (await AppendHereAsync("filtered")).DeliveryCount.Should().Be(0);

        await _there.ReplaceEndpointAsync(
            changed with { Endpoint = changed.Endpoint with { Version = 4, Status = EndpointStatus.Disabled } }, 3, default);
        (await AppendHereAsync("disabled")).DeliveryCount.Should().Be(0);
    }

    [Fact]
    public async Task An_endpoint_whose_insertion_was_undone_gets_nothing_whatever_the_other_changes()
    {
        var undone = () => _here.Database.WriteAsync<int>(
            session =>
            {
                session.Endpoints.Insert(A.Endpoint("undone"));
                session.Messages.Append([A.Message("undone")], leases: null)[0].DeliveryCount.Should().Be(1);
                throw new InvalidOperationException("On second thoughts");
            },
            default);
        await undone.Should().ThrowAsync<InvalidOperationException>();

        // As many changes as were undone: counting them is not enough to tell the one from the other.
        await _there.InsertEndpointAsync(A.Endpoint("ep_1"), default);

        (await AppendHereAsync("msg_1")).Leased.Should().ContainSingle().Which.EndpointId.Should().Be("ep_1");
    }

    [Fact]
    public async Task Deliveries_flow_again_when_the_other_has_resumed_the_endpoint()
    {
        var endpoint = A.Endpoint();
        await _here.InsertEndpointAsync(endpoint, default);
        await _here.PauseEndpointAsync(new EndpointPause(endpoint.Key, A.Now, Owner: null), default);
        (await AppendHereAsync("held")).Leased.Should().BeEmpty();

        (await _there.ClaimAsync(A.Claim(owner: "there"), default)).Resumed.Should().Equal(endpoint.Key);
        var held = await _there.ClaimHeldAsync(new HeldClaimRequest(endpoint.Key, "there", A.Now, A.Now.AddMinutes(2), 10), default);

        held.Deliveries.Should().ContainSingle().Which.Message.Id.Should().Be("held");
        held.IsOver.Should().BeTrue();
        (await AppendHereAsync("after")).Leased.Should().ContainSingle();
    }

    [Fact]
    public async Task A_lease_that_the_other_has_taken_over_is_fenced_out()
    {
        await _here.InsertEndpointAsync(A.Endpoint(), default);
        var lost = (await AppendHereAsync("msg_1")).Leased[0];
        var taken = (await _there.ClaimAsync(A.Claim(owner: "there", now: lost.LeaseUntil), default)).Deliveries.Single();

        (await _here.CompleteAsync(A.Owner, [A.Success(lost)], default)).Should().Equal(false);
        (await _there.CompleteAsync("there", [A.Success(taken)], default)).Should().Equal(true);

        var attempts = await _here.ListAttemptsAsync(new AttemptQuery { DeliveryId = lost.Id }, default);
        attempts.Items.Should().ContainSingle();
        (await _here.GetDeliveryAsync("default", lost.Id, default))!.Status.Should().Be(DeliveryStatus.Succeeded);
    }

    private static async Task<List<string>> ClaimAllAsync(SqliteWebhookStore store, string owner)
    {
        var ids = new List<string>();
        ClaimResult claim;
        do
        {
            claim = await store.ClaimAsync(A.Claim(limit: 7, owner), default);
            ids.AddRange(claim.Deliveries.Select(delivery => delivery.Id));
        }
        while (claim.HasMore);

        return ids;
    }

    private async Task<AppendResult> AppendHereAsync(string id)
    {
        var results = await _here.AppendAsync([A.Message(id)], new LeaseGrant(A.Owner, A.Now.AddMinutes(2), 10), default);
        return results[0];
    }
}
