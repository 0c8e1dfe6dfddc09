using System.Net;
using System.Reflection;
using Webhooks.Core.Tests.Engine;
using Webhooks.Http;
using Webhooks.Http.Tls;
using Webhooks.Testing;

namespace Webhooks.Core.Tests.Http.Tls;

public sealed class TlsHandlerPoolTests : IDisposable
{
    private readonly FakeClock _clock = new(TestHost.Noon);
    private readonly List<Handler> _made = [];
    private readonly TlsHandlerPool _pool;

    public TlsHandlerPoolTests() => _pool = new TlsHandlerPool(Make, _clock);

    public void Dispose() => _pool.Dispose();

    [Fact]
    public void Equal_identities_share_a_handler()
    {
        Use("a");
        Use("a");
        Use("b");

        _made.Select(handler => handler.Name).Should().Equal("a", "b");
    }

    [Fact]
    public void The_handler_that_was_unused_for_the_longest_makes_room_for_another()
    {
        for (var i = 0; i < TlsHandlerPool.MaxHandlers; i++)
        {
            Use($"{i}");
            _clock.Advance(TimeSpan.FromMilliseconds(1));
        }

        Use("0");
        Use("new");

        _made.Where(handler => handler.IsDisposed).Select(handler => handler.Name).Should().Equal("1");
    }

    [Fact]
    public void A_handler_that_makes_room_while_it_is_used_goes_with_its_last_use()
    {
        var first = _pool.Rent(new TlsIdentity("first", null));
        _clock.Advance(TimeSpan.FromMilliseconds(1));
        for (var i = 0; i < TlsHandlerPool.MaxHandlers; i++)
        {
            Use($"{i}");
        }

        _made[0].IsDisposed.Should().BeFalse();
        _pool.Return(first);
        _made[0].IsDisposed.Should().BeTrue();
    }

    [Fact]
    public void A_handler_that_nobody_used_for_ten_minutes_goes_when_another_is_used()
    {
        Use("unused");
        Use("used");
        _clock.Advance(TimeSpan.FromMinutes(5));
        Use("used");
        _clock.Advance(TimeSpan.FromMinutes(5));

        Use("used");

        _made.Select(handler => (handler.Name, handler.IsDisposed)).Should().Equal(("unused", true), ("used", false));
    }

    [Fact]
    public void A_handler_of_an_identity_has_every_setting_of_the_primary_handler()
    {
        using var primary = PrimaryHandler.Create(new WebhooksOptions());
        primary.ConnectCallback = (_, _) => throw new NotSupportedException();
        primary.PlaintextStreamFilter = (_, _) => throw new NotSupportedException();
        primary.Proxy = new WebProxy("http://proxy.test");
        primary.UseProxy = true;
        primary.UseCookies = true;
        primary.MaxConnectionsPerServer = 7;

        using var handler = TlsHandlerFactory.Create(primary, new TlsIdentity(null, null));

        foreach (var property in typeof(SocketsHttpHandler).GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.CanWrite && property.Name != nameof(handler.SslOptions))
            {
                property.GetValue(handler).Should().Be(property.GetValue(primary), property.Name);
            }
        }

        handler.SslOptions.Should().BeEquivalentTo(
            primary.SslOptions, options => options.Excluding(ssl => ssl.CertificateChainPolicy!.VerificationTime));
    }

    private void Use(string name) => _pool.Return(_pool.Rent(new TlsIdentity(name, null)));

    private Handler Make(TlsIdentity identity)
    {
        var handler = new Handler(identity.ClientCertificate!);
        _made.Add(handler);
        return handler;
    }

    private sealed class Handler(string name) : HttpMessageHandler
    {
        public string Name => name;

        public bool IsDisposed { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            IsDisposed = true;
            base.Dispose(disposing);
        }
    }
}
