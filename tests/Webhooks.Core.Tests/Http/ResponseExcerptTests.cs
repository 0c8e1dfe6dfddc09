using System.Net;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;

namespace Webhooks.Core.Tests.Http;

public sealed class ResponseExcerptTests
{
    private static readonly byte[] NotUtf8 = [0x7B, 0xFF, 0xFE, 0x00, 0xC3, 0x28, 0x0A, 0x7D];

    [Theory]
    [InlineData(HttpStatusCode.OK)]
    [InlineData(HttpStatusCode.InternalServerError)]
    public async Task The_answers_bytes_are_kept_as_they_came(HttpStatusCode status)
    {
        var attempt = await AttemptAsync(new ByteArrayContent(NotUtf8), status, maxBytes: 100);

        attempt.ResponseExcerpt.ToArray().Should().Equal(NotUtf8);
        attempt.IsResponseTruncated.Should().BeFalse();
        attempt.StatusCode.Should().Be((int)status);
    }

    [Fact]
    public async Task An_answer_of_exactly_the_cap_is_whole()
    {
        var attempt = await AttemptAsync(new ByteArrayContent(NotUtf8), HttpStatusCode.OK, maxBytes: 8);

        attempt.ResponseExcerpt.ToArray().Should().Equal(NotUtf8);
        attempt.IsResponseTruncated.Should().BeFalse();
    }

    [Fact]
    public async Task Of_a_longer_answer_the_beginning_is_kept()
    {
        var attempt = await AttemptAsync(new ByteArrayContent(NotUtf8), HttpStatusCode.OK, maxBytes: 7);

        attempt.ResponseExcerpt.ToArray().Should().Equal(NotUtf8[..7]);
        attempt.IsResponseTruncated.Should().BeTrue();
    }

    [Fact]
    public async Task An_answer_without_end_is_read_up_to_the_cap_only()
    {
        using var body = new EndlessStream(new byte[9]);

        var attempt = await AttemptAsync(new StreamContent(body), HttpStatusCode.OK, maxBytes: 8);

        attempt.IsSuccess.Should().BeTrue();
        attempt.ResponseExcerpt.Length.Should().Be(8);
        attempt.IsResponseTruncated.Should().BeTrue();
        body.Waiting.IsCompleted.Should().BeFalse();
    }

    [Fact]
    public async Task With_a_cap_of_nothing_only_the_existence_of_a_body_is_kept()
    {
        var attempt = await AttemptAsync(new ByteArrayContent(NotUtf8), HttpStatusCode.OK, maxBytes: 0);

        attempt.ResponseExcerpt.Length.Should().Be(0);
        attempt.IsResponseTruncated.Should().BeTrue();
    }

    [Fact]
    public async Task An_answer_without_a_body_has_none()
    {
        var attempt = await AttemptAsync(new ByteArrayContent([]), HttpStatusCode.NoContent, maxBytes: 8);

        attempt.ResponseExcerpt.Length.Should().Be(0);
        attempt.IsResponseTruncated.Should().BeFalse();
        attempt.IsSuccess.Should().BeTrue();
    }

    private static async Task<DeliveryAttempt> AttemptAsync(HttpContent content, HttpStatusCode status, int maxBytes)
    {
        await using var host = await TestHost.WithAsync(
            options => options.Dispatcher.MaxResponseExcerptBytes = maxBytes);
        host.Receiver.Answer = (_, _) => Task.FromResult(new HttpResponseMessage(status) { Content = content });
        await host.AddEndpointAsync();
        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);
        return (await host.AttemptsAsync()).Single();
    }
}
