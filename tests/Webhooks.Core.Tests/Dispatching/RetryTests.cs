using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Dispatching;

public sealed class RetryTests
{
    [Fact]
    public async Task The_default_schedule_of_three_days_is_run_through_and_then_the_delivery_has_failed()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerWith(HttpStatusCode.InternalServerError);
        await host.AddEndpointAsync();
        await host.PublishAsync();

        await RunScheduleAsync(host);

        var delivery = await host.DeliveryAsync(DeliveryStatus.Failed);
        delivery.AttemptCount.Should().Be(10);
        delivery.CompletedAt.Should().Be(host.Clock.GetUtcNow());
        var requests = host.Receiver.Requests;
        requests.Should().HaveCount(10);
        requests.Select(request => request.MessageId).Distinct().Should().ContainSingle("the id is the same on every attempt");
        requests.Select(request => request.Headers["webhook-timestamp"]).Should().Equal(
            requests.Select(request => request.At.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)));
        var waits = Waits(requests);
        for (var i = 0; i < waits.Length; i++)
        {
            var scheduled = RetrySchedule.Default.Delays[i];
            waits[i].Should().BeGreaterThanOrEqualTo(scheduled * 0.8 - TimeSpan.FromMilliseconds(1)).And.BeLessThanOrEqualTo(scheduled * 1.2);
        }

        waits.Should().NotEqual(RetrySchedule.Default.Delays, "the waits are spread");
        (await host.AttemptsAsync()).Select(attempt => attempt.StartedAt).Should().Equal(requests.Select(request => request.At));
    }

    [Fact]
    public async Task Without_jitter_each_attempt_is_made_exactly_at_its_time()
    {
        await using var host = await TestHost.WithAsync(options =>
        {
            options.Retry.Jitter = 0;
            options.Retry.Delays = [TimeSpan.FromSeconds(7), TimeSpan.Zero, TimeSpan.FromHours(3)];
        });
        host.Receiver.AnswerWith(HttpStatusCode.BadRequest);
        await host.AddEndpointAsync();
        await host.PublishAsync();

        await RunScheduleAsync(host);

        Waits(host.Receiver.Requests).Should().Equal(TimeSpan.FromSeconds(7), TimeSpan.Zero, TimeSpan.FromHours(3));
    }

    [Fact]
    public async Task An_endpoints_own_schedule_goes_before_the_applications()
    {
        await using var host = await TestHost.WithAsync(options => options.Retry.Jitter = 0);
        host.Receiver.AnswerWith(HttpStatusCode.BadGateway);
        await host.AddEndpointAsync(TestHost.Settings() with { RetrySchedule = new RetrySchedule(TimeSpan.FromMinutes(1)) });
        await host.PublishAsync();

        await RunScheduleAsync(host);

        Waits(host.Receiver.Requests).Should().Equal(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_success_after_failures_ends_the_retries()
    {
        await using var host = await TestHost.StartAsync();
        host.Receiver.AnswerEach(number => new HttpResponseMessage(number < 3 ? HttpStatusCode.InternalServerError : HttpStatusCode.Accepted));
        await host.AddEndpointAsync();
        await host.PublishAsync();

        await RunScheduleAsync(host);

        var delivery = await host.DeliveryAsync(DeliveryStatus.Succeeded);
        delivery.Should().BeEquivalentTo(new { AttemptCount = 3, LastStatusCode = 202, LastError = AttemptError.None });
        (await host.AttemptsAsync()).Select(attempt => (attempt.Number, attempt.StatusCode, attempt.Error)).Should().Equal(
            (1, 500, AttemptError.Status), (2, 500, AttemptError.Status), (3, 202, AttemptError.None));
        host.Clock.Advance(TimeSpan.FromDays(4));
        await host.PublishAsync();
        (await host.Receiver.ReceivedAsync(4)).Should().HaveCount(4);
    }

    [Theory]
    [InlineData(HttpStatusCode.TooManyRequests)]
    [InlineData(HttpStatusCode.ServiceUnavailable)]
    public async Task A_receiver_that_is_busy_can_ask_for_a_longer_wait(HttpStatusCode status)
    {
        await using var host = await StartAsync(retryDelay: TimeSpan.FromSeconds(5));
        host.Receiver.AnswerEach(_ => Busy(status, new RetryConditionHeaderValue(TimeSpan.FromSeconds(90))));

        await FirstWaitShouldBeAsync(host, TimeSpan.FromSeconds(90));
    }

    [Fact]
    public async Task A_receiver_can_ask_for_a_time_of_day()
    {
        await using var host = await StartAsync(retryDelay: TimeSpan.FromSeconds(5));

        // Half a millisecond after the full second: the retry is never a moment too early.
        host.Clock.Advance(TimeSpan.FromTicks(5_000));
        host.Receiver.AnswerEach(_ => Busy(
            HttpStatusCode.TooManyRequests, new RetryConditionHeaderValue(TestHost.Noon.AddMinutes(10))));
        await host.AddEndpointAsync();
        await host.PublishAsync();

        var delivery = await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        delivery.NextAttemptAt.Should().Be(TestHost.Noon.AddMinutes(10));
    }

    [Fact]
    public async Task What_a_receiver_asks_for_is_capped()
    {
        await using var host = await StartAsync(retryDelay: TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(20));
        host.Receiver.AnswerEach(_ => Busy(
            HttpStatusCode.TooManyRequests, new RetryConditionHeaderValue(TimeSpan.FromDays(400))));

        await FirstWaitShouldBeAsync(host, TimeSpan.FromMinutes(20));
    }

    [Fact]
    public async Task A_receiver_cannot_ask_for_a_shorter_wait()
    {
        await using var host = await StartAsync(retryDelay: TimeSpan.FromMinutes(5));
        host.Receiver.AnswerEach(_ => Busy(
            HttpStatusCode.TooManyRequests, new RetryConditionHeaderValue(TimeSpan.FromSeconds(1))));

        await FirstWaitShouldBeAsync(host, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task A_time_of_day_that_is_over_changes_nothing()
    {
        await using var host = await StartAsync(retryDelay: TimeSpan.FromMinutes(5));
        host.Receiver.AnswerEach(_ => Busy(
            HttpStatusCode.ServiceUnavailable, new RetryConditionHeaderValue(TestHost.Noon.AddHours(-1))));

        await FirstWaitShouldBeAsync(host, TimeSpan.FromMinutes(5));
    }

    [Theory]
    [InlineData(HttpStatusCode.InternalServerError)]
    [InlineData(HttpStatusCode.Found)]
    public async Task Other_answers_cannot_ask_for_anything(HttpStatusCode status)
    {
        await using var host = await StartAsync(retryDelay: TimeSpan.FromSeconds(5));
        host.Receiver.AnswerEach(_ => Busy(status, new RetryConditionHeaderValue(TimeSpan.FromHours(1))));

        await FirstWaitShouldBeAsync(host, TimeSpan.FromSeconds(5));
    }

    private static Task<TestHost> StartAsync(TimeSpan retryDelay, TimeSpan? maxRetryAfter = null) =>
        TestHost.WithAsync(options =>
        {
            options.Retry.Jitter = 0;
            options.Retry.Delays = [retryDelay, retryDelay];
            options.Retry.MaxRetryAfter = maxRetryAfter ?? options.Retry.MaxRetryAfter;
        });

    private static HttpResponseMessage Busy(HttpStatusCode status, RetryConditionHeaderValue retryAfter)
    {
        var response = new HttpResponseMessage(status);
        response.Headers.RetryAfter = retryAfter;
        return response;
    }

    private static async Task FirstWaitShouldBeAsync(TestHost host, TimeSpan expected)
    {
        await host.AddEndpointAsync();
        await host.PublishAsync();
        var delivery = await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        delivery.NextAttemptAt.Should().Be(TestHost.Noon + expected);

        host.Clock.SetUtcNow(TestHost.Noon + expected);

        (await host.Receiver.ReceivedAsync(2))[1].At.Should().Be(TestHost.Noon + expected);
    }

    /// <summary>Moves the clock from one attempt of the one delivery to the next, until it has ended.</summary>
    private static async Task RunScheduleAsync(TestHost host)
    {
        for (var attempts = 1; ; attempts++)
        {
            await host.Store.Changed.WhenAsync(() => host.Store.Recorded.Count >= attempts);
            if (host.Store.Recorded.ElementAt(attempts - 1).RetryAt is not { } retryAt)
            {
                return;
            }

            host.Clock.SetUtcNow(retryAt);
        }
    }

    private static TimeSpan[] Waits(IReadOnlyList<ReceivedRequest> requests) =>
        [.. requests.Zip(requests.Skip(1), (first, second) => second.At - first.At)];
}
