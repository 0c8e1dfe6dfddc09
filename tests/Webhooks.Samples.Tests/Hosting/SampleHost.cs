using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.Dispatching;
using Webhooks.Log;
using Webhooks.Storage;
using Webhooks.Testing;
using Webhooks.TestKit;

namespace Webhooks.Samples.Tests.Hosting;

/// <summary>A sample on a real socket, with a clock of the test's and receivers on a real socket. All else is the sample's.</summary>
internal sealed class SampleHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 6, 11, 8, 0, 0, TimeSpan.Zero);

    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly TempFolder _folder;
    private readonly WebApplication _app;

    private SampleHost(TempFolder folder, WebApplication app, FakeClock clock, Receiver receiver)
    {
        _folder = folder;
        _app = app;
        Clock = clock;
        Receiver = receiver;
        Client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
    }

    public FakeClock Clock { get; }

    public Receiver Receiver { get; }

    public HttpClient Client { get; }

    public IServiceProvider Services => _app.Services;

    /// <summary>Starts a sample.</summary>
    /// <param name="build">The sample's own way to build it.</param>
    /// <param name="configure">What else it is built with.</param>
    public static async Task<SampleHost> StartAsync(
        Func<string[], Action<WebApplicationBuilder>, WebApplication> build, Action<WebApplicationBuilder>? configure = null)
    {
        var folder = new TempFolder();
        var clock = new FakeClock(Start);
        var receiver = await Receiver.StartAsync();
        string[] settings = [$"--Database={Path.Combine(folder.Path, "sample.db")}"];
        var app = build(settings, builder =>
        {
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            builder.Logging.ClearProviders();
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.AddHttpClient(WebhooksDefaults.HttpClientName)
                .ConfigurePrimaryHttpMessageHandler(receiver.CreateHandler);
            configure?.Invoke(builder);
        });
        await app.StartAsync();
        return new SampleHost(folder, app, clock, receiver);
    }

    /// <summary>Makes a call and gives the whole answer as text: status, content type, body.</summary>
    public async Task<string> CallAsync(HttpMethod method, string path, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        var builder = new StringBuilder($"{method} {path}\n{(int)response.StatusCode} {response.ReasonPhrase}\n");
        foreach (var header in response.Headers.Concat(response.Content.Headers).Where(IsOurs).OrderBy(header => header.Key, StringComparer.Ordinal))
        {
            builder.Append($"{header.Key.ToLowerInvariant()}: {string.Join(", ", header.Value)}\n");
        }

        return builder.Append('\n').Append(text.StartsWith('{') ? Indent(text) : text).ToString();
    }

    /// <summary>Makes a call that succeeds and gives the body of its answer.</summary>
    public async Task<JsonElement> JsonAsync(HttpMethod method, string path, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        var text = await response.Content.ReadAsStringAsync();
        response.IsSuccessStatusCode.Should().BeTrue($"{method} {path} is answered {(int)response.StatusCode}: {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }

    /// <summary>The status code of a call's answer, and its body.</summary>
    public async Task<(int StatusCode, string Body)> TryAsync(HttpMethod method, string path, string? body = null)
    {
        using var response = await SendAsync(method, path, body);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    /// <summary>Waits for a delivery of a tenant to come to a state.</summary>
    public async Task<WebhookDelivery> DeliveryAsync(string tenantId, Func<WebhookDelivery, bool> condition)
    {
        var log = Services.GetRequiredService<IWebhookLog>();
        WebhookDelivery? found = null;
        await WhenAsync(async () =>
        {
            found = (await log.ListDeliveriesAsync(new DeliveryQuery { TenantId = tenantId })).Items.FirstOrDefault(condition);
            return found is not null;
        });
        return found!;
    }

    /// <summary>
    /// Walks the schedule of a tenant's delivery, whose attempts all fail, to its end.
    /// </summary>
    /// <param name="tenantId">The tenant.</param>
    /// <param name="isTheOne">Which delivery; null where there is only one.</param>
    /// <returns>The time from each attempt to the next.</returns>
    public async Task<IReadOnlyList<TimeSpan>> WalkScheduleAsync(string tenantId, Func<WebhookDelivery, bool>? isTheOne = null)
    {
        isTheOne ??= _ => true;
        while (true)
        {
            var delivery = await DeliveryAsync(
                tenantId, delivery => isTheOne(delivery) && (delivery.Status != DeliveryStatus.Pending || IsWaiting(delivery)));
            if (delivery.Status != DeliveryStatus.Pending)
            {
                var log = Services.GetRequiredService<IWebhookLog>();
                var page = await log.ListAttemptsAsync(new AttemptQuery { TenantId = tenantId, DeliveryId = delivery.Id });
                return [.. page.Items.Zip(page.Items.Skip(1), (before, after) => after.StartedAt - before.StartedAt)];
            }

            Clock.SetUtcNow(delivery.NextAttemptAt!.Value);
        }
    }

    /// <summary>Waits for what goes on in the host, which the clock does not move.</summary>
    public static async Task WhenAsync(Func<Task<bool>> isSo)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!await isSo())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, patience.Token);
        }
    }

    /// <summary>Waits until the receiver has got so many requests.</summary>
    public Task WhenReceivedAsync(int count) => WhenAsync(() => Task.FromResult(Receiver.Requests.Count >= count));

    public static string Indent(string json) => JsonSerializer.Serialize(JsonSerializer.Deserialize<JsonElement>(json), Indented);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _app.DisposeAsync();
        await Receiver.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json");
        return await Client.SendAsync(request);
    }

    /// <summary>Whether it waits for a retry: not for an attempt that is under way.</summary>
    private bool IsWaiting(WebhookDelivery delivery) =>
        delivery.AttemptCount > 0 && delivery.NextAttemptAt > Clock.GetUtcNow();

    private static bool IsOurs(KeyValuePair<string, IEnumerable<string>> header) =>
        header.Key is not ("Date" or "Server" or "Transfer-Encoding" or "Content-Length");
}
