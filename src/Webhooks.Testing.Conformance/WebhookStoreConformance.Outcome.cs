using System.Text;
using Webhooks.Dispatching;
using Webhooks.Storage;
using Xunit;

namespace Webhooks.Testing.Conformance;

public abstract partial class WebhookStoreConformance
{
    [Fact]
    public async Task A_success_ends_the_delivery_and_logs_the_attempt()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync(at: 1);

        Assert.True(await CompleteAsync(A.Success(lease, startedAt: A.At(2))));

        var delivery = await GetDeliveryAsync(lease);
        Assert.Equal((DeliveryStatus.Succeeded, 1), (delivery.Status, delivery.AttemptCount));
        Assert.Null(delivery.NextAttemptAt);
        Assert.NotNull(delivery.CompletedAt);
        Assert.InRange(delivery.CompletedAt.Value, A.At(2), A.At(2.012));
        Assert.Equal(
            (200, AttemptError.None, TimeSpan.FromMilliseconds(12)),
            (delivery.LastStatusCode, delivery.LastError, delivery.LastDuration));
        Assert.Equal(1, Assert.Single(await ReadAttemptsAsync(lease)).Number);
        Assert.Null((await ClaimAsync(at: 1000)).NextDueAt);
    }

    [Fact]
    public async Task A_failure_ends_the_delivery()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        Assert.True(await CompleteAsync(A.Failure(lease)));

        var delivery = await GetDeliveryAsync(lease);
        Assert.Equal((DeliveryStatus.Failed, 1), (delivery.Status, delivery.AttemptCount));
        Assert.Equal((500, AttemptError.Status), (delivery.LastStatusCode, delivery.LastError));
        Assert.NotNull(delivery.CompletedAt);
        Assert.Null((await ClaimAsync(at: 1000)).NextDueAt);
    }

    [Fact]
    public async Task A_retry_is_due_at_its_time_as_the_next_attempt()
    {
        await AddEndpointAsync();
        var first = await AppendLeasedAsync();

        Assert.True(await CompleteAsync(A.Retry(first, A.At(5.678))));

        var delivery = await GetDeliveryAsync(first);
        Assert.Equal((DeliveryStatus.Pending, 1), (delivery.Status, delivery.AttemptCount));
        Assert.Equal(A.At(5.678), delivery.NextAttemptAt);
        Assert.Equal((500, AttemptError.Status), (delivery.LastStatusCode, delivery.LastError));
        Assert.Null(delivery.CompletedAt);

        var early = await ClaimAsync(at: 5.677);
        Assert.Empty(early.Deliveries);
        Assert.Equal(A.At(5.678), early.NextDueAt);

        var second = Assert.Single((await ClaimAsync(at: 5.678, owner: A.OtherOwner)).Deliveries);
        Assert.Equal((first.Id, 2), (second.Id, second.AttemptNumber));
        Assert.True(await CompleteAsync(A.Success(second), A.OtherOwner));
        Assert.Equal(2, (await GetDeliveryAsync(first)).AttemptCount);
        Assert.Equal([1, 2], (await ReadAttemptsAsync(first)).Select(attempt => attempt.Number));
    }

    [Fact]
    public async Task A_retry_can_be_due_at_once()
    {
        await AddEndpointAsync();
        await CompleteAsync(A.Retry(await AppendLeasedAsync(at: 3), A.At(3)));

        Assert.Equal(2, Assert.Single((await ClaimAsync(at: 3)).Deliveries).AttemptNumber);
    }

    [Fact]
    public async Task An_attempt_keeps_everything_it_has()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        byte[] excerpt = [0x00, 0xFF, 0xFE, 0xC3, 0x28, .. Encoding.UTF8.GetBytes("<b>'\"世界"), 0x80];
        var attempt = new DeliveryAttempt
        {
            Id = "atmpt_1",
            TenantId = A.Tenant,
            DeliveryId = lease.Id,
            Number = 1,
            StartedAt = A.At(1.001),
            Duration = TimeSpan.FromMilliseconds(14_999),
            StatusCode = 599,
            Error = AttemptError.InvalidResponse,
            ErrorMessage = "Not HTTP: '世界'",
            ResponseExcerpt = excerpt,
            IsResponseTruncated = true,
        };

        await CompleteAsync(new DeliveryOutcome(attempt, DeliveryStatus.Failed, RetryAt: null));

        var stored = Assert.Single(await ReadAttemptsAsync(lease));
        Assert.Equal(excerpt, stored.ResponseExcerpt.ToArray());
        Assert.Equal(attempt with { ResponseExcerpt = default }, stored with { ResponseExcerpt = default });
    }

    [Theory]
    [InlineData(AttemptError.Timeout)]
    [InlineData(AttemptError.NameResolution)]
    [InlineData(AttemptError.Connection)]
    [InlineData(AttemptError.Tls)]
    [InlineData(AttemptError.Internal)]
    [InlineData(AttemptError.ForbiddenAddress)]
    [InlineData(AttemptError.Payload)]
    public async Task An_attempt_without_an_answer_has_its_error_and_nothing_else(AttemptError error)
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();
        var attempt = A.Attempt(lease) with { StatusCode = null, Error = error };

        await CompleteAsync(new DeliveryOutcome(attempt, DeliveryStatus.Pending, A.At(9)));

        var stored = Assert.Single(await ReadAttemptsAsync(lease));
        Assert.Equal((null, error, null, false), (stored.StatusCode, stored.Error, stored.ErrorMessage, stored.IsResponseTruncated));
        Assert.True(stored.ResponseExcerpt.IsEmpty);
        var delivery = await GetDeliveryAsync(lease);
        Assert.Equal((null, error), (delivery.LastStatusCode, delivery.LastError));
    }

    [Fact]
    public async Task Outcomes_of_a_batch_take_effect_each_by_itself_and_are_answered_in_order()
    {
        await AddEndpointAsync();
        var mine = await AppendLeasedAsync(A.Owner);
        var another = await AppendLeasedAsync(A.OtherOwner);
        var mineToo = await AppendLeasedAsync(A.Owner);

        var results = await Store.CompleteAsync(
            A.Owner, [A.Success(mine), A.Success(another), A.Retry(mineToo, A.At(5))], default);

        Assert.Equal([true, false, true], results);
        Assert.Equal(DeliveryStatus.Succeeded, (await GetDeliveryAsync(mine)).Status);
        Assert.Equal((DeliveryStatus.Pending, 0), ((await GetDeliveryAsync(another)).Status, (await GetDeliveryAsync(another)).AttemptCount));
        Assert.Equal(A.At(5), (await GetDeliveryAsync(mineToo)).NextAttemptAt);
    }

    [Fact]
    public async Task Outcomes_can_come_in_large_batches()
    {
        await AddEndpointAsync();
        var results = await Store.AppendAsync(A.Messages(1000), new LeaseGrant(A.Owner, A.At(60), Limit: 1000), default);
        var leases = results.SelectMany(result => result.Leased).ToList();

        Assert.All(await Store.CompleteAsync(A.Owner, [.. leases.Select(lease => A.Success(lease))], default), Assert.True);

        Assert.Equal(1000, (await ReadDeliveriesAsync(
            new DeliveryQuery { TenantId = A.Tenant, Status = DeliveryStatus.Succeeded, Limit = 250 })).Count);
    }

    [Fact]
    public async Task A_released_delivery_is_due_at_the_given_time_as_the_same_attempt()
    {
        await AddEndpointAsync();
        var lease = await AppendLeasedAsync();

        await ReleaseAsync(lease, dueAt: 5);

        var early = await ClaimAsync(at: 4.999);
        Assert.Empty(early.Deliveries);
        Assert.Equal(A.At(5), early.NextDueAt);
        Assert.Equal(A.At(5), (await GetDeliveryAsync(lease)).NextAttemptAt);
        var again = Assert.Single((await ClaimAsync(at: 5, owner: A.OtherOwner)).Deliveries);
        Assert.Equal((lease.Id, 1), (again.Id, again.AttemptNumber));
        Assert.Empty(await ReadAttemptsAsync(lease));
    }
}
