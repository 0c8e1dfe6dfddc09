using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.OpenApi;
using Webhooks.AspNetCore.Management.Idempotency;
using Webhooks.AspNetCore.Management.Json;
using Webhooks.AspNetCore.Management.Problems;

namespace Webhooks.AspNetCore.Management.OpenApi;

/// <summary>Describes an operation to Microsoft.AspNetCore.OpenApi, whichever document of the host's it is in.</summary>
internal sealed class OperationWriter(Operation operation, string tag, RoutePattern pattern, WebhookManagementOptions options)
{
    /// <summary>Lets routing choose the operation whatever the body is, so that the answer to a wrong one is a problem too.</summary>
    private const string AnyMediaType = "*/*";

    private readonly ManagementJson _json = ManagementJson.Of(options);

    public void AddTo(IEndpointConventionBuilder endpoint)
    {
        endpoint.WithTags(tag).WithSummary(operation.Summary);
        if (operation.Description is { } description)
        {
            endpoint.WithDescription(description);
        }

        // Documents list endpoints by the method that handles them. Ours take nothing that can be read off a method.
        endpoint.WithMetadata(((Delegate)Handle).Method);
        if (operation.Body is { } body)
        {
            endpoint.WithMetadata(new AcceptsMetadata([body.MediaType, AnyMediaType], body.Type, isOptional: !body.IsRequired));
        }

        endpoint.WithMetadata(operation.Success is { } success
            ? new ProducesResponseTypeMetadata(operation.SuccessCode, success.Type, [success.MediaType])
            : new ProducesResponseTypeMetadata(operation.SuccessCode, typeof(void)));
        foreach (var status in ProblemCodes())
        {
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Problem), [Problem.ContentType]));
        }

        endpoint.AddOpenApiOperationTransformer(CompleteAsync);
    }

    private static void Handle()
    {
    }

    private IEnumerable<int> ProblemCodes()
    {
        IEnumerable<int> codes = [StatusCodes.Status400BadRequest, .. operation.Problems];
        if (pattern.Parameters.Count > 0)
        {
            codes = codes.Append(StatusCodes.Status404NotFound);
        }

        if (operation.TakesIfMatch)
        {
            codes = codes.Append(StatusCodes.Status412PreconditionFailed);
        }

        if (operation.Body is not null)
        {
            codes = codes.Concat(
            [
                StatusCodes.Status413PayloadTooLarge, StatusCodes.Status415UnsupportedMediaType, StatusCodes.Status422UnprocessableEntity,
            ]);
        }

        return codes.Distinct().Order();
    }

    private async Task CompleteAsync(OpenApiOperation written, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        SchemaRepairs.Complete(context.Document, operation.Body?.Type);
        SchemaRepairs.Complete(context.Document, operation.Success?.Type);
        written.OperationId = operation.Id;
        written.Parameters ??= [];
        AddParameters(written.Parameters);
        if (operation.Body is { } body && written.RequestBody?.Content is { } contents && contents.TryGetValue(body.MediaType, out var content))
        {
            contents.Remove(AnyMediaType);
            content.Example = WithoutNulls(body.WriteExample(_json));
            if (body.IsPatch)
            {
                var schema = await context.GetOrCreateSchemaAsync(body.Type, parameterDescription: null, cancellationToken).ConfigureAwait(false);
                schema.Required = null;
                SchemaRepairs.Complete(schema);
                content.Schema = schema;
            }
        }

        var code = operation.SuccessCode.ToString(CultureInfo.InvariantCulture);
        if (written.Responses?.TryGetValue(code, out var response) == true && response is OpenApiResponse success)
        {
            CompleteSuccess(success);
        }
    }

    private void CompleteSuccess(OpenApiResponse success)
    {
        success.Description = operation.SuccessDescription;
        if (operation.Success is { } shown && success.Content?.TryGetValue(shown.MediaType, out var content) == true)
        {
            content.Example = shown.WriteExample(_json);
        }

        if (operation.HasETag)
        {
            success.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            success.Headers["ETag"] = Header("The endpoint's version, for If-Match.");
        }

        if (operation.SuccessCode == StatusCodes.Status201Created)
        {
            success.Headers ??= new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal);
            success.Headers["Location"] = Header("The path of what was made.");
        }
    }

    private void AddParameters(IList<IOpenApiParameter> parameters)
    {
        foreach (var parameter in pattern.Parameters)
        {
            parameters.Add(Text(parameter.Name, ParameterLocation.Path, PathDescription(parameter.Name), isRequired: true));
        }

        foreach (var parameter in operation.Query)
        {
            var written = Text(_json.Naming.Convert(parameter.Name), ParameterLocation.Query, parameter.Description);
            var schema = (OpenApiSchema)written.Schema!;
            schema.Format = parameter.Format;
            if (parameter == QueryParameter.Limit)
            {
                schema.Type = JsonSchemaType.Integer;
                schema.Minimum = "1";
                schema.Maximum = Math.Max(options.DefaultPageSize, options.MaxPageSize).ToString(CultureInfo.InvariantCulture);
                schema.Default = JsonValue.Create(options.DefaultPageSize);
            }

            if (parameter.Words is { } words)
            {
                schema.Enum = [.. words.Select(static word => (JsonNode)word)];
            }

            parameters.Add(written);
        }

        if (operation.TakesIfMatch)
        {
            parameters.Add(Text("If-Match", ParameterLocation.Header, "The ETag of the version that the change is based on; with another, the answer is 412."));
        }

        if (operation.TakesIdempotencyKey)
        {
            parameters.Add(Text(
                IdempotencyKey.Header, ParameterLocation.Header, "A key of the caller's choice, with which the request can be repeated."));
        }
    }

    private static string PathDescription(string name) => name switch
    {
        "endpointId" => "The endpoint's id.",
        "messageId" => "The message's id.",
        "deliveryId" => "The delivery's id.",
        "replayId" => "The replay's id.",
        "eventType" => "The event type's name.",
        _ => "A part of the path.",
    };

    private static OpenApiParameter Text(string name, ParameterLocation place, string description, bool isRequired = false) => new()
    {
        Name = name,
        In = place,
        Description = description,
        Required = isRequired,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String },
    };

    private static OpenApiHeader Header(string description) =>
        new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };

    /// <summary>What is null in a body may be left out.</summary>
    private static JsonNode? WithoutNulls(JsonNode? example) => example is JsonObject members
        ? new JsonObject(members.Where(static member => member.Value is not null)
            .Select(static member => KeyValuePair.Create(member.Key, member.Value?.DeepClone())))
        : example;
}
