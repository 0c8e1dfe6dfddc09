using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Webhooks.Core.Tests.Engine;
using Webhooks.Dispatching;
using Webhooks.Http;
using Webhooks.Signing;
using Webhooks.Storage;

namespace Webhooks.Core.Tests.Http;

/// <summary>Whatever stands in a header of an endpoint, a request has just the headers that it should have.</summary>
public sealed class HeaderInjectionTests : IDisposable
{
    private const string Evil = "X-Evil";

    /// <summary>Text that tries: line breaks, separators and other characters among harmless ones.</summary>
    private static readonly Gen<string> HostileText =
        from parts in Gen.ArrayOf(Gen.OneOf(
            Gen.Elements("\r\n", "\n", "\r", "\0", ":", " ", "\t", "\u000b", "\u0085", "\u2028", "嘊嘍", "\r\nX-Evil: 1", "\nX-Evil: 1\n\n", "é", "{\"a\":1}"),
            Gen.Elements("a", "B", "3", "-", "_", "X-Header", "v4lu3"),
            ArbMap.Default.GeneratorFor<NonNull<string>>().Select(text => text.Get)))
        select string.Concat(parts);

    private static readonly Gen<string> HarmlessText =
        Gen.ArrayOf(Gen.Elements("a", "Bc", "3", " d", "\te", ":", "=\"f\"", "g,h;i")).Select(string.Concat);

    private static readonly Gen<string> Names = Gen.OneOf(HostileText, Gen.Elements("X-Header", "x-api_key", "TraceParent"));

    private static readonly Gen<string> Values = Gen.OneOf(HostileText, HarmlessText);

    private Wire _wire = new();
    private readonly HttpMessageInvoker _invoker;

    public HeaderInjectionTests() => _invoker = new HttpMessageInvoker(new SocketsHttpHandler
    {
        ConnectCallback = (_, _) => ValueTask.FromResult<Stream>(_wire = new Wire()),
        PooledConnectionLifetime = TimeSpan.Zero,
        ActivityHeadersPropagator = null,
    });

    public void Dispose() => _invoker.Dispose();

    [Fact]
    public void A_header_is_written_as_it_is_or_refused() =>
        Prop.ForAll(Names.ToArbitrary(), Values.ToArbitrary(), (name, value) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://receiver.test/");
            try
            {
                HeaderFields.Write(request.Headers, name, value);
            }
            catch (WebhookValidationException exception)
            {
                return value.Length < 4 || !exception.ToString().Contains(value, StringComparison.Ordinal);
            }

            Send(request).Should().BeEquivalentTo(
                "POST / HTTP/1.1", "Host: receiver.test", $"{name}: {value}", "Content-Length: 0");
            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_signer_writes_its_three_headers_or_refuses_the_message_id() =>
        Prop.ForAll(Values.ToArbitrary(), ArbMap.Default.GeneratorFor<byte[]>().ToArbitrary(), (id, payload) =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "http://receiver.test/");
            try
            {
                new SchemeSigner(SigningSchemeNames.StandardWebhooks, SigningScheme.StandardWebhooks).Sign(
                    new SigningContext(id, TestHost.Noon, payload, [WebhookSecret.Generate(), WebhookSecret.Generate()]), request.Headers);
            }
            catch (WebhookValidationException)
            {
                return !HeaderFields.IsValue(id);
            }

            Send(request).Select(line => line.Split(':')[0]).Should().BeEquivalentTo(
                "POST / HTTP/1.1", "Host", "webhook-id", "webhook-timestamp", "webhook-signature", "Content-Length");
            return HeaderFields.IsValue(id);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Whatever_headers_are_given_an_endpoint_refuses_them_or_sends_them_as_they_are()
    {
        await using var host = await TestHost.StartAsync();
        var sent = 0;
        foreach (var (name, value) in Names.SelectMany(name => Values.Select(value => (name, value))).Sample(200))
        {
            try
            {
                var id = await host.AddEndpointAsync(TestHost.Settings() with
                {
                    Headers = new Dictionary<string, string> { [name] = value },
                });
                await host.PublishAsync();
                var request = (await host.Receiver.ReceivedAsync(sent + 1))[sent++];
                request.Headers.Should().Contain(name, value).And.NotContainKey(Evil).And.HaveCount(7);
                await host.Endpoints.DeleteAsync(id);
            }
            catch (WebhookValidationException exception)
            {
                exception.Errors.Should().OnlyContain(error => error.Field.StartsWith("headers", StringComparison.Ordinal));
            }
        }

        sent.Should().BePositive();
    }

    [Theory]
    [InlineData("X-Header", "value\r\nX-Evil: 1", "headers[X-Header]: has a value*")]
    [InlineData("X-Header\r\nX-Evil", "evil", "headers: has a name*")]
    [InlineData("Host", "metadata.internal", "headers: is set by the library*'Host'*")]
    [InlineData("Transfer-Encoding", "chunked", "headers: is set by the library*")]
    [InlineData("webhook-signature", "v1,forged", "headers: is set by the library*")]
    public async Task A_header_that_somebody_put_into_the_store_is_not_sent(string name, string value, string message)
    {
        await using var host = await TestHost.StartAsync();
        var id = await host.AddEndpointAsync();
        var stored = (await host.Store.Inner.GetEndpointAsync(new EndpointKey("default", id), default))!;
        var settings = stored.Endpoint.Settings with { Headers = new Dictionary<string, string> { [name] = value } };
        await host.Store.Inner.ReplaceEndpointAsync(
            stored with { Endpoint = stored.Endpoint with { Settings = settings } }, stored.Endpoint.Version, default);

        await host.PublishAsync();
        await host.DeliveryAsync(delivery => delivery.AttemptCount == 1);

        var attempt = (await host.AttemptsAsync()).Single();
        attempt.Error.Should().Be(AttemptError.Internal);
        attempt.ErrorMessage.Should().Match("WebhookValidationException: " + message).And.NotContain(value);
        host.Receiver.Requests.Should().BeEmpty();
    }

    /// <summary>Sends a request and returns the lines of its head as they stood on the wire.</summary>
    private string[] Send(HttpRequestMessage request)
    {
        using var response = _invoker.SendAsync(request, CancellationToken.None).GetAwaiter().GetResult();
        return _wire.ReadHead();
    }

    /// <summary>A connection that keeps what is written and answers one request.</summary>
    private sealed class Wire : Stream
    {
        private readonly MemoryStream _written = new();
        private int _answered;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public string[] ReadHead()
        {
            var text = Encoding.Latin1.GetString(_written.ToArray());
            text.Should().EndWith("\r\n\r\n");
            return text[..^4].Split("\r\n");
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var rest = "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"u8[_answered..];
            rest.CopyTo(buffer.Span);
            _answered += rest.Length;
            return ValueTask.FromResult(rest.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            _written.WriteAsync(buffer, cancellationToken);

        public override void Write(byte[] buffer, int offset, int count) => _written.Write(buffer, offset, count);

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
