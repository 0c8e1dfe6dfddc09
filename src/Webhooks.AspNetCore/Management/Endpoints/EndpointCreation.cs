using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Webhooks.AspNetCore.Management.Idempotency;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Management.Routing;
using Webhooks.Endpoints;
using Webhooks.Filters;
using Webhooks.Signing;

namespace Webhooks.AspNetCore.Management.Endpoints;

/// <summary>
/// Creates endpoints, each once for its <c>Idempotency-Key</c>: the endpoint's id is made of it. A repeated request gets the answer of
/// the first for a day and as long as the endpoint is what that request made it; later the key is taken.
/// </summary>
internal static class EndpointCreation
{
    private static readonly TimeSpan RepeatableFor = TimeSpan.FromHours(24);

    public static async Task<ManagementResult> CreateAsync(ManagementRequest request)
    {
        var input = await request.ReadAsync<CreateEndpointInput>().ConfigureAwait(false);
        var key = request.IdempotencyKey;
        var endpoints = request.Service<IWebhookEndpoints>();
        var options = new CreateEndpointOptions
        {
            TenantId = request.TenantId,
            EndpointId = key?.ToId(WebhookIdGenerator.EndpointPrefix),
            Secret = input.Secret is null ? null : WebhookSecret.FromText(input.Secret),
        };
        CreatedEndpoint created;
        try
        {
            created = await endpoints.CreateAsync(input.ToSettings(), options, request.Aborted).ConfigureAwait(false);
        }
        catch (WebhookConflictException) when (key is not null)
        {
            created = await RepeatAsync(request, endpoints, input, options, key).ConfigureAwait(false);
        }

        return ManagementResult.Of(
            new CreatedEndpointResource(created.Endpoint, created.Secret),
            StatusCodes.Status201Created,
            created.Endpoint.Version,
            request.Below(created.Endpoint.Id));
    }

    private static async Task<CreatedEndpoint> RepeatAsync(
        ManagementRequest request, IWebhookEndpoints endpoints, CreateEndpointInput input, CreateEndpointOptions options, IdempotencyKey key)
    {
        var endpoint = await endpoints.GetAsync(options.EndpointId!, request.TenantId, request.Aborted).ConfigureAwait(false)
            ?? throw Taken(options.EndpointId!);
        var isUntouched = endpoint.UpdatedAt == endpoint.CreatedAt;
        if (!isUntouched || request.Service<TimeProvider>().GetUtcNow() - endpoint.CreatedAt > RepeatableFor)
        {
            throw Taken(endpoint.Id);
        }

        var secrets = await endpoints.GetSecretsAsync(endpoint.Id, request.TenantId, request.Aborted).ConfigureAwait(false);
        return IsSame(request.Json, input, endpoint.Settings) && (options.Secret is null || options.Secret.Equals(secrets[0].Secret))
            ? new CreatedEndpoint(endpoint, secrets[0].Secret)
            : throw key.UsedForAnother();
    }

    /// <summary>Settings are kept as they were given, without what is there twice, and the filter in its own form.</summary>
    private static bool IsSame(ManagementJson json, CreateEndpointInput input, EndpointSettings settings)
    {
        var asked = input.ToSettings();
        asked = asked with
        {
            EventTypes = [.. asked.EventTypes.Distinct(StringComparer.Ordinal)],
            Channels = [.. asked.Channels.Distinct(StringComparer.Ordinal)],
            Filter = asked.Filter is { } filter ? PayloadFilter.Parse(filter).Text : null,
        };
        return Write(asked).AsSpan().SequenceEqual(Write(settings));

        byte[] Write(EndpointSettings value) => JsonSerializer.SerializeToUtf8Bytes(EndpointInput.Of(value), json.TypeInfo<EndpointInput>());
    }

    private static ProblemException Taken(string endpointId) => new(Problem.Of(
        StatusCodes.Status409Conflict,
        ProblemCode.IdempotencyKey,
        $"The Idempotency-Key was used to create endpoint '{endpointId}', which was changed or deleted since, or created more than a day ago. Use a new key."));
}
