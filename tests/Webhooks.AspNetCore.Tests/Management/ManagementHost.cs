using System.Net;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Management.Tenancy;

namespace Webhooks.AspNetCore.Tests.Management;

/// <summary>A host of the management API on a real socket of the loopback. The header X-Tenant says whose a request is.</summary>
internal sealed class ManagementHost : IAsyncDisposable
{
    public const string TenantHeader = "X-Tenant";
    public const string Tenant = "acme";

    private ManagementHost(WebApplication app)
    {
        App = app;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        Client = new HttpClient { BaseAddress = Address };
    }

    public WebApplication App { get; }

    public Uri Address { get; }

    public HttpClient Client { get; }

    public T Service<T>()
        where T : notnull => App.Services.GetRequiredService<T>();

    /// <summary>Starts a host with all parts of the API.</summary>
    /// <param name="configure">Changes the API's settings.</param>
    /// <param name="webhooks">Adds to what the host sends.</param>
    /// <param name="map">Maps instead of all parts below /v1, with the tenant by header and for everybody.</param>
    /// <param name="services">Changes the host.</param>
    public static async Task<ManagementHost> StartAsync(
        Action<WebhookManagementOptions>? configure = null,
        Action<IWebhooksBuilder>? webhooks = null,
        Action<WebApplication>? map = null,
        Action<WebApplicationBuilder>? services = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddWebhooks(added =>
        {
            added
                .AddManagementApi(configure)
                .Configure(options =>
                {
                    options.AllowInsecureUrls = true;
                    options.Addresses.AllowLoopback = true;
                })
                .AddEventType<OrderPaid>("order.paid", type => type
                    .WithDescription("An order was paid in full.")
                    .WithExample(new OrderPaid("1001", 49.9m)))
                .AddEventType("order.lost");
            webhooks?.Invoke(added);
        });
        services?.Invoke(builder);
        var app = builder.Build();
        (map ?? Map(WebhookApiParts.All))(app);
        try
        {
            await app.StartAsync();
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }

        return new ManagementHost(app);
    }

    /// <summary>Maps parts below /v1, with the tenant by header and for everybody.</summary>
    public static Action<WebApplication> Map(WebhookApiParts parts) => app => app.MapWebhooks("/v1", parts)
        .WithWebhookTenant(WebhookTenantResolver.FromHeader(TenantHeader))
        .AllowAnonymous();

    public Task<Answer> GetAsync(string path, string? tenant = Tenant) => SendAsync(HttpMethod.Get, path, tenant: tenant);

    public Task<Answer> PostAsync(string path, string? json = null, string? tenant = Tenant, params (string Name, string Value)[] headers) =>
        SendAsync(HttpMethod.Post, path, json, tenant, headers: headers);

    public async Task<Answer> SendAsync(
        HttpMethod method,
        string path,
        string? json = null,
        string? tenant = Tenant,
        string mediaType = "application/json",
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path);
        if (tenant is not null)
        {
            request.Headers.Add(TenantHeader, tenant);
        }

        foreach (var (name, value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        if (json is not null)
        {
            request.Content = new StringContent(json, Encoding.UTF8, mediaType);
        }

        using var response = await Client.SendAsync(request).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System);
        return await Answer.ReadAsync(response);
    }

    /// <summary>Creates an endpoint and returns its id.</summary>
    public async Task<string> CreateEndpointAsync(string url = "https://example.com/hooks", string tenant = Tenant)
    {
        var created = await PostAsync("/v1/endpoints", $$"""{"url":"{{url}}","event_types":["*"]}""", tenant);
        created.StatusCode.Should().Be(HttpStatusCode.Created, created.Text);
        return created["id"];
    }

    /// <summary>Reads until an answer is as it will be.</summary>
    public async Task<Answer> UntilAsync(string path, Func<Answer, bool> isReached)
    {
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var answer = await GetAsync(path);
            if (isReached(answer))
            {
                return answer;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System, deadline.Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.StopAsync();
        await App.DisposeAsync();
    }

    internal sealed record OrderPaid(string OrderId, decimal Total);
}
