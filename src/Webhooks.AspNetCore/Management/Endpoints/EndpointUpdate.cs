using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>Changes endpoints: whole by PUT, in parts by PATCH, of the version that <c>If-Match</c> names.</summary>
internal static class EndpointUpdate
{
    /// <summary>How often a change is made anew because another change came between.</summary>
    private const int MaxTries = 5;

    public static async Task<ManagementResult> ReplaceAsync(ManagementRequest request)
    {
        var input = await request.ReadAsync<EndpointInput>().ConfigureAwait(false);
        return await ChangeAsync(request, _ => input).ConfigureAwait(false);
    }

    public static async Task<ManagementResult> PatchAsync(ManagementRequest request)
    {
        var patch = RequestJson.Parse(await request.ReadBytesAsync(MergePatch.MediaType).ConfigureAwait(false));
        return await ChangeAsync(request, settings => Apply(request, settings, patch)).ConfigureAwait(false);
    }

    private static async Task<ManagementResult> ChangeAsync(ManagementRequest request, Func<EndpointSettings, EndpointInput> change)
    {
        var id = request.Id("endpointId");
        var expected = request.ExpectedVersion();
        for (var tries = 1; ; tries++)
        {
            var current = await EndpointHandlers.FindAsync(request).ConfigureAwait(false);
            try
            {
                // The application alone decides about the transformation.
                var settings = change(current.Settings).ToSettings() with { Transformation = current.Settings.Transformation };
                var updated = await request.Service<IWebhookEndpoints>()
                    .UpdateAsync(id, settings, request.TenantId, expected ?? current.Version, request.Aborted).ConfigureAwait(false);
                return ManagementResult.Of(EndpointResource.Of(updated), version: updated.Version);
            }
            catch (WebhookVersionConflictException) when (expected is null && tries < MaxTries)
            {
                // Another change came between: this one is made of what that one left.
            }
        }
    }

    private static EndpointInput Apply(ManagementRequest request, EndpointSettings settings, JsonNode? patch)
    {
        var target = JsonSerializer.SerializeToNode(EndpointInput.Of(settings), request.Json.TypeInfo<EndpointInput>());
        var patched = MergePatch.Apply(target, patch);
        return request.Deserialize<EndpointInput>(Encoding.UTF8.GetBytes(patched?.ToJsonString() ?? "null"));
    }
}
