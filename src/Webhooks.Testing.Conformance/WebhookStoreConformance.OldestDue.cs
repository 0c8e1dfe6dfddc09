using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task The_oldest_due_is_what_has_been_due_for_the_longest()
    {
        await AddEndpointAsync();
        await AppendAsync(A.Message(createdAt: A.At(5.25)), A.Message(createdAt: A.At(3.125)), A.Message(createdAt: A.At(9)));

        Assert.Null(await OldestDueAsync(at: 3.124));
        Assert.Equal(A.At(3.125), await OldestDueAsync(at: 3.125));
        Assert.Equal(A.At(3.125), await OldestDueAsync(at: 100));
    }

    [Fact]
    public async Task What_is_leased_is_due_only_when_its_lease_has_run_out()
    {
        await AddEndpointAsync();
        await AppendLeasedAsync(at: 1);

        Assert.Null(await OldestDueAsync(at: LeaseSeconds));
        Assert.Equal(A.At(1 + LeaseSeconds), await OldestDueAsync(at: 1 + LeaseSeconds));
    }

    [Fact]
    public async Task A_retry_is_due_at_its_time_and_what_has_ended_never()
    {
        await AddEndpointAsync();
        var retried = await AppendLeasedAsync();
        await CompleteAsync(A.Success(await AppendLeasedAsync()));
        await CompleteAsync(A.Failure(await AppendLeasedAsync()));
        Assert.True(await CompleteAsync(A.Retry(retried, retryAt: A.At(30))));

        Assert.Null(await OldestDueAsync(at: 29));
        Assert.Equal(A.At(30), await OldestDueAsync(at: 31));
    }

    [Fact]
    public async Task What_is_held_is_not_due()
    {
        var paused = await AddEndpointAsync();
        var disabled = await AddEndpointAsync(A.OtherTenant);
        await AppendAsync(A.Message(tenant: A.OtherTenant, createdAt: A.At(1)));
        await PauseAsync(paused, until: 1_000);
        await DisableAsync(disabled);
        await ClaimAsync(at: 2);
        await AppendAsync(A.Message(createdAt: A.At(3)));

        Assert.Null(await OldestDueAsync(at: 10));
    }

    private Task<DateTimeOffset?> OldestDueAsync(double at) => Store.FindOldestDueAsync(A.At(at), default);
}
