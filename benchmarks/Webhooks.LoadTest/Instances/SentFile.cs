using Webhooks.LoadTest.Sending;

namespace Webhooks.LoadTest.Instances;

/// <summary>What was sent, as one process hands it to another.</summary>
internal static class SentFile
{
    public static void Write(string path, IReadOnlyList<SentMessage> sent)
    {
        using var writer = new BinaryWriter(File.Create(path));
        writer.Write(sent.Count);
        foreach (var message in sent)
        {
            writer.Write(message.Id);
            writer.Write(message.Copies);
            writer.Write(message.Timestamp);
        }
    }

    public static IReadOnlyList<SentMessage> Read(string path)
    {
        using var reader = new BinaryReader(File.OpenRead(path));
        var sent = new SentMessage[reader.ReadInt32()];
        for (var i = 0; i < sent.Length; i++)
        {
            sent[i] = new SentMessage(reader.ReadString(), reader.ReadInt32(), reader.ReadInt64());
        }

        return sent;
    }
}
