using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Webhooks.AspNetCore.Management;
using Webhooks.AspNetCore.Management.Tenancy;
using Webhooks.Core.Tests.Catalog;

namespace Webhooks.Interop.Tests.Catalog;

/// <summary>The OpenAPI document of the management API is what the tools of the format read, its examples included.</summary>
public sealed class ManagementDocumentTests
{
    [Theory]
    [InlineData(WebhookApiNaming.SnakeCase)]
    [InlineData(WebhookApiNaming.CamelCase)]
    public async Task The_document_is_valid_by_the_validators_of_openapi(WebhookApiNaming naming)
    {
        var problems = await NodeValidators.ValidateAsync(new JsonObject { ["openApi"] = await ReadAsync(naming) });

        problems.Should().BeEmpty();
    }

    private static async Task<string> ReadAsync(WebhookApiNaming naming)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        builder.Logging.ClearProviders();
        builder.Services.AddOpenApi();
        builder.Services.AddWebhooks(webhooks => webhooks.AddExampleCatalog().AddManagementApi(options => options.Naming = naming));
        await using var app = builder.Build();
        app.MapWebhooks("/v1", WebhookApiParts.All).WithWebhookTenant(WebhookTenantResolver.Default).AllowAnonymous();
        app.MapOpenApi();
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        return await client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative));
    }
}
