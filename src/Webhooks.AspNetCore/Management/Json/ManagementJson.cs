using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>How the API reads and writes JSON, by source-generated metadata. The application's own options have no part in it.</summary>
internal sealed class ManagementJson
{
    private static readonly ManagementJson[] Kinds =
    [
        new(WebhookApiNaming.SnakeCase, allowUnknownFields: false), new(WebhookApiNaming.SnakeCase, allowUnknownFields: true),
        new(WebhookApiNaming.CamelCase, allowUnknownFields: false), new(WebhookApiNaming.CamelCase, allowUnknownFields: true),
    ];

    private ManagementJson(WebhookApiNaming naming, bool allowUnknownFields)
    {
        Naming = Naming.Of(naming);
        Options = new JsonSerializerOptions
        {
            TypeInfoResolver = ManagementJsonContext.Default,
            PropertyNamingPolicy = Naming.Policy,
            UnmappedMemberHandling = allowUnknownFields ? JsonUnmappedMemberHandling.Skip : JsonUnmappedMemberHandling.Disallow,
            MaxDepth = 64,
            Converters = { new UtcTimeConverter() },
        };
        Options.MakeReadOnly();
    }

    public Naming Naming { get; }

    public JsonSerializerOptions Options { get; }

    public static ManagementJson Of(HttpContext context) =>
        Of(context.RequestServices.GetRequiredService<IOptions<WebhookManagementOptions>>().Value);

    public static ManagementJson Of(WebhookManagementOptions options) =>
        Kinds[((int)options.Naming * 2) + (options.AllowUnknownFields ? 1 : 0)];

    public JsonTypeInfo<T> TypeInfo<T>() => (JsonTypeInfo<T>)Options.GetTypeInfo(typeof(T));

    public Task WriteAsync<T>(HttpResponse response, T value, string contentType) =>
        response.WriteAsJsonAsync(value, TypeInfo<T>(), contentType, response.HttpContext.RequestAborted);
}
