namespace Webhooks.EntityFrameworkCore.Store.Model;

/// <summary>Channels as text: their grammar has no spaces.</summary>
internal static class ChannelList
{
    public static string? Write(IReadOnlyList<string> channels) => channels.Count == 0 ? null : string.Join(' ', channels);

    public static IReadOnlyList<string> Read(string? text) => text is null ? [] : text.Split(' ');
}
