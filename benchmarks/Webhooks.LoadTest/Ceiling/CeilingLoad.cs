using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Unicode;
using Webhooks.LoadTest.Receiving;
using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Ceiling;

/// <summary>
/// What any sender is measured by: each event serialised, signed and posted through a bare <see cref="HttpMessageInvoker"/>, as
/// one writes it without the library under test: with no store, no retries, no deadline, and nothing read of the answer but its
/// status.
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

    private readonly byte[] _key = receiver.Secret.Key.ToArray();

    public SentLog Sent { get; } = new();

    public Task RunAsync(CancellationToken stop) =>
        Task.WhenAll(Enumerable.Range(0, concurrency).Select(loop => Task.Run(() => SendAsync(loop, stop), CancellationToken.None)));

    /// <summary>Sends one request.</summary>
    public async Task<SentMessage> SendOneAsync(int number)
    {
        var now = TimeProvider.System.GetUtcNow();
        var id = $"msg_{Guid.CreateVersion7(now):n}";
        var timestamp = now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var payload = JsonSerializer.SerializeToUtf8Bytes(
            new LoadPayload(LoadEvent.EventType, now.UtcDateTime, LoadEvent.Create(number)), LoadEventJson.Default.LoadPayload);
        using var request = new HttpRequestMessage(HttpMethod.Post, _targets[number % _targets.Length])
        {
            Content = new ReadOnlyMemoryContent(payload) { Headers = { ContentType = Json } },
        };
        request.Headers.TryAddWithoutValidation("User-Agent", "Webhooks.Core");
        request.Headers.TryAddWithoutValidation("webhook-id", id);
        request.Headers.TryAddWithoutValidation("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", Sign(id, timestamp, payload));
        var sent = new SentMessage(id, 1, TimeProvider.System.GetTimestamp());
        using var response = await _invoker.SendAsync(request, CancellationToken.None);
        response.EnsureSuccessStatusCode();
        return sent;
    }

    public void Dispose() => _invoker.Dispose();

    private string Sign(string id, string timestamp, ReadOnlySpan<byte> payload)
    {
        Span<byte> content = stackalloc byte[1024];
        Utf8.TryWrite(content, $"{id}.{timestamp}.", out var length);
        payload.CopyTo(content[length..]);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(_key, content[..(length + payload.Length)], hash);
        return $"v1,{Convert.ToBase64String(hash)}";
    }

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
