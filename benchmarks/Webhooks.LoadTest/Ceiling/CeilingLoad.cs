using System.Net;
using System.Net.Http.Headers;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;
using Webhooks.Signing;

namespace Webhooks.LoadTest.Ceiling;

/// <summary>
/// What any sender is measured by: the same signed requests through a bare <see cref="HttpMessageInvoker"/>, with no store, no
/// retries, no deadline, and nothing read of the answer but its status.
/// </summary>
/// <param name="receiver">Where the requests go.</param>
/// <param name="concurrency">How many requests are under way at a time.</param>
internal sealed class CeilingLoad(ReceiverProcess receiver, int concurrency) : ILoad, IDisposable
{
    private static readonly MediaTypeHeaderValue Json = new("application/json");

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseCookies = false,
        UseProxy = false,
        ActivityHeadersPropagator = null,
    });

    private readonly Uri[] _targets =
        [.. Enumerable.Range(0, SendingHost.EndpointCount).Select(target => new Uri(receiver.Url(target)))];

    private readonly WebhookIdGenerator _ids = new();
    private readonly byte[] _payload = [.. Enumerable.Repeat((byte)'x', LoadEvent.PayloadBytes)];
    private readonly WebhookSecret[] _secrets = [receiver.Secret];

    public SentLog Sent { get; } = new();

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, concurrency).Select(loop => Task.Run(() => SendAsync(loop, stop), CancellationToken.None)));

    /// <summary>Sends one request.</summary>
    public async Task<SentMessage> SendOneAsync(int number)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = _ids.Create(WebhookIdGenerator.MessagePrefix, now);
        using var request = new HttpRequestMessage(HttpMethod.Post, _targets[number % _targets.Length])
        {
            Content = new ReadOnlyMemoryContent(_payload) { Headers = { ContentType = Json } },
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "Webhooks.Core");
        CountingSigner.Default.Sign(new SigningContext(id, now, _payload, _secrets), request.Headers);
        var sent = new SentMessage(id, 1, TimeProvider.System.GetTimestamp());
        using var response = await _invoker.SendAsync(request, CancellationToken.None);
        response.EnsureSuccessStatusCode();
        return sent;
    }

    public void Dispose() => _invoker.Dispose();

    private async Task SendAsync(int number, CancellationToken stop)
    {
        var sent = Sent.NewList();
        while (!stop.IsCancellationRequested)
        {
            sent.Add(await SendOneAsync(number));
            number += concurrency;
        }
    }
}
