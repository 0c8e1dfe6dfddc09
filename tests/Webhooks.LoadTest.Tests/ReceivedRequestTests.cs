using System.Text;
using Webhooks.LoadTest.Receiving;
using Webhooks.Signing;

namespace Webhooks.LoadTest.Tests;

public sealed class ReceivedRequestTests
{
    /// <summary>The example of the Standard Webhooks libraries.</summary>
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly byte[] Example = Encoding.ASCII.GetBytes(
        "POST /7/503 HTTP/1.1\r\nHost: localhost\r\nwebhook-id: msg_p5jXN8AQM9LWM0D4loKWxJek\r\n"
        + "webhook-timestamp: 1614265330\r\nwebhook-signature: v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=\r\n"
        + "Content-Length: 20\r\n\r\n{\"test\": 2432232314}");

    [Fact]
    public void A_request_is_read_when_it_is_whole()
    {
        for (var length = 0; length < Example.Length; length++)
        {
            ReceivedRequest.TryRead(Example.AsSpan(0, length), out _).Should().BeFalse();
        }

        ReceivedRequest.TryRead([.. Example, .. "POST"u8], out var request).Should().BeTrue();
        request.Length.Should().Be(Example.Length);
        request.Target.Should().Be(7);
        request.Status.Should().Be(503);
    }

    [Fact]
    public void The_example_of_the_specification_is_signed()
    {
        ReceivedRequest.TryRead(Example, out var request);

        SignatureCheck.IsValid(WebhookSecret.Parse(Secret).Key, request).Should().BeTrue();
        SignatureCheck.IsValid(WebhookSecret.Generate().Key, request).Should().BeFalse();
    }
}
