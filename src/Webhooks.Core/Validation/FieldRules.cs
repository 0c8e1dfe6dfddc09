using System.Buffers;
using System.Globalization;

namespace Webhooks.Validation;

/// <summary>The rules that more than one kind of input has to keep.</summary>
internal static class FieldRules
{
    public const int MaxIdLength = 255;
    public const int MaxChannels = 16;
    public const int MaxChannelLength = 128;

    private const string IdAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";

    private static readonly SearchValues<char> IdCharacters = SearchValues.Create(IdAlphabet);
    private static readonly SearchValues<char> ChannelCharacters = SearchValues.Create(IdAlphabet + ".");
    private static readonly SearchValues<char> ControlCharacters = SearchValues.Create(
        [.. Enumerable.Range(0, 0x20).Concat(Enumerable.Range(0x7F, 0x21)).Select(code => (char)code)]);

    /// <summary>A name of the host's own: a tenant, an event id.</summary>
    public static void CheckName(this ValidationErrors errors, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            errors.Add(field, "required", value, "is empty. It needs 1 to 255 characters.");
        }
        else if (value.Length > MaxIdLength)
        {
            errors.Add(field, "length", value, $"has {value.Length} characters; at most {MaxIdLength} are allowed.");
        }
        else if (value.AsSpan().ContainsAny(ControlCharacters) || !IsWellFormed(value))
        {
            errors.Add(field, "characters", value: null, "holds a control character or half of a surrogate pair.");
        }
    }

    /// <summary>An id that stands in headers, URLs and signed content: no full stop, which separates the parts of the latter.</summary>
    public static void CheckId(this ValidationErrors errors, string field, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            errors.Add(field, "required", value, "is empty. It needs 1 to 255 characters.");
        }
        else if (value.Length > MaxIdLength)
        {
            errors.Add(field, "length", value, $"has {value.Length} characters; at most {MaxIdLength} are allowed.");
        }
        else if (value.AsSpan().ContainsAnyExcept(IdCharacters))
        {
            errors.Add(field, "characters", value, "may hold A-Z, a-z, 0-9, '_' and '-' only.");
        }
    }

    /// <summary>A tenant and one of its things, as a call names them.</summary>
    /// <exception cref="WebhookValidationException">One of them cannot be the name of anything.</exception>
    public static void CheckKey(string tenantId, string field, string id)
    {
        var errors = new ValidationErrors();
        errors.CheckName("tenantId", tenantId);
        errors.CheckId(field, id);
        errors.ThrowIfAny();
    }

    public static void CheckChannels(this ValidationErrors errors, string field, IReadOnlyList<string>? channels)
    {
        if (channels is null)
        {
            errors.Add(field, "required", value: null, "is null. Leave it out, or give an empty list.");
            return;
        }

        if (channels.Count > MaxChannels)
        {
            errors.Add(
                field,
                "count",
                channels.Count.ToString(CultureInfo.InvariantCulture),
                $"has {channels.Count} channels; at most {MaxChannels} are allowed.");
        }

        for (var i = 0; i < channels.Count; i++)
        {
            if (string.IsNullOrEmpty(channels[i])
                || channels[i].Length > MaxChannelLength
                || channels[i].AsSpan().ContainsAnyExcept(ChannelCharacters))
            {
                errors.Add(
                    $"{field}[{i}]",
                    "channel",
                    channels[i],
                    $"is not a channel: 1 to {MaxChannelLength} of A-Z, a-z, 0-9, '_', '-' and '.'.");
            }
        }
    }

    public static void CheckLength(this ValidationErrors errors, string field, string? value, int minimum, int maximum)
    {
        if (value is not null && (value.Length < minimum || value.Length > maximum))
        {
            errors.Add(field, "length", value, $"has {value.Length} characters; {minimum} to {maximum} are allowed.");
        }
    }

    public static bool IsWellFormed(string value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            if (char.IsSurrogate(value[i]))
            {
                if (!char.IsSurrogatePair(value, i))
                {
                    return false;
                }

                i++;
            }
        }

        return true;
    }
}
