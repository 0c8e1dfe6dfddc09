using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Webhooks.AspNetCore.Management.Problems;
using Webhooks.AspNetCore.Receiving;

namespace Webhooks.AspNetCore.Management.Json;

/// <summary>Reads bodies, and says what is wrong with them.</summary>
internal static class RequestJson
{
    /// <summary>Reads a body whole.</summary>
    /// <param name="request">The request.</param>
    /// <param name="maxBytes">The largest body that is read.</param>
    /// <param name="mediaType">What it has to be, beside plain JSON.</param>
    /// <param name="isOptional">Whether there need not be any; it is then empty.</param>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpRequest request, int maxBytes, string mediaType, bool isOptional)
    {
        var body = await RequestBody.ReadAsync(request, maxBytes).ConfigureAwait(false) ?? throw new ProblemException(Problem.Of(
            StatusCodes.Status413PayloadTooLarge, ProblemCode.BodyTooLarge, $"The body is larger than {maxBytes} bytes, which is all that is read."));
        if (body.Count == 0 && isOptional)
        {
            return default;
        }

        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var given)
            || !(given.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)
                || given.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)))
        {
            throw new ProblemException(Problem.Of(
                StatusCodes.Status415UnsupportedMediaType, ProblemCode.MediaType, $"The body has to be {mediaType}, and Content-Type to say so."));
        }

        return body;
    }

    public static T Deserialize<T>(ManagementJson json, ReadOnlyMemory<byte> body)
    {
        var type = json.TypeInfo<T>();
        Check(body, type);
        try
        {
            return JsonSerializer.Deserialize(body.Span, type) ?? throw new JsonException("It is null.", "$", null, null);
        }
        catch (JsonException exception)
        {
            var field = exception.Path is null or "$" ? "" : exception.Path.TrimStart('$').TrimStart('.');
            var detail = field.Length > 0 ? "is of another type than this field has." : "is a JSON object.";
            throw Unreadable([new ProblemError { Field = field, Rule = "type", Detail = detail }], exception);
        }
    }

    /// <summary>Reads any JSON.</summary>
    public static JsonNode? Parse(ReadOnlyMemory<byte> body)
    {
        Check(body, type: null);
        return JsonNode.Parse(body.Span);
    }

    private static void Check(ReadOnlyMemory<byte> body, JsonTypeInfo? type)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            if (BodyFields.Check(document.RootElement, type) is { Count: > 0 } errors)
            {
                throw Unreadable(errors);
            }
        }
        catch (JsonException exception)
        {
            throw NoJson($"line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}", exception);
        }
        catch (InvalidOperationException exception)
        {
            throw NoJson("a name is not Unicode", exception);
        }
    }

    private static ProblemException NoJson(string reason, Exception exception) => new(
        Problem.Of(StatusCodes.Status400BadRequest, ProblemCode.BadRequest, $"The body is not JSON: {reason}."), exception);

    private static ProblemException Unreadable(IReadOnlyList<ProblemError> errors, Exception? exception = null) => new(
        Problem.Of(StatusCodes.Status400BadRequest, ProblemCode.BadRequest, "The body cannot be read.", errors), exception);
}
