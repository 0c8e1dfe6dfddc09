using System.Text.Json;
using System.Text.Json.Nodes;
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
        CheckSyntax(body);
        try
        {
            return JsonSerializer.Deserialize(body.Span, json.TypeInfo<T>()) ?? throw new JsonException("It is null.", "$", null, null);
        }
        catch (JsonException exception)
        {
            throw Describe(exception);
        }
    }

    /// <summary>Reads any JSON.</summary>
    public static JsonNode? Parse(ReadOnlyMemory<byte> body)
    {
        CheckSyntax(body);
        try
        {
            return JsonNode.Parse(body.Span, documentOptions: new JsonDocumentOptions { AllowDuplicateProperties = false });
        }
        catch (JsonException exception)
        {
            throw Describe(exception);
        }
    }

    private static void CheckSyntax(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
        }
        catch (JsonException exception)
        {
            throw new ProblemException(
                Problem.Of(
                    StatusCodes.Status400BadRequest,
                    ProblemCode.BadRequest,
                    $"The body is not JSON: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}."),
                exception);
        }
    }

    /// <summary>The serializer's own messages name types of the implementation.</summary>
    private static ProblemException Describe(JsonException exception)
    {
        var field = exception.Path is null or "$" ? "" : exception.Path.TrimStart('$').TrimStart('.');
        var (rule, detail) = exception.Message switch
        {
            var message when message.Contains("could not be mapped", StringComparison.Ordinal) => ("unknown", "is not a field that is known here. Check its spelling."),
            var message when message.Contains("uplicate", StringComparison.Ordinal) => ("unique", "is there twice."),
            var message when message.Contains("required", StringComparison.Ordinal) => ("required", "lacks a field that it needs."),
            _ => ("type", "is of another type than this field has."),
        };
        return new ProblemException(
            Problem.Of(
                StatusCodes.Status400BadRequest,
                ProblemCode.BadRequest,
                "The body cannot be read.",
                new ProblemError { Field = field, Rule = rule, Detail = field.Length > 0 ? detail : "is a JSON object." }),
            exception);
    }
}
