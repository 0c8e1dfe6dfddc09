using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>
/// Tells the application's options of the API's bodies, because OpenAPI documents are made by those. Their names stay the API's own, and
/// no other type is touched.
/// </summary>
internal sealed class ManagementJsonSetup(IOptions<WebhookManagementOptions> options) : IConfigureOptions<JsonOptions>
{
    public void Configure(JsonOptions target) =>
        target.SerializerOptions.TypeInfoResolverChain.Insert(0, new Resolver(Naming.Of(options.Value.Naming)));

    private sealed class Resolver(Naming naming) : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            if (type.Assembly != typeof(Resolver).Assembly
                || ((IJsonTypeInfoResolver)ManagementJsonContext.Default).GetTypeInfo(type, options) is not { } info)
            {
                return null;
            }

            foreach (var property in info.Properties)
            {
                property.Name = naming.Policy.ConvertName(property.Name);
                property.NumberHandling = JsonNumberHandling.Strict;
            }

            return info;
        }
    }
}
