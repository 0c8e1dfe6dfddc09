using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Webhooks.LoadTest.Receiving;

/// <summary>Answers the requests of one connection, one after the other.</summary>
internal sealed class ReceiverConnection(Socket socket, Receiver receiver)
{
    private static readonly byte[] Ok = Answer(200);

    private byte[] _buffer = new byte[16 * 1024];
    private int _filled;

    public async Task RunAsync()
    {
        try
        {
            socket.NoDelay = true;
            while (await socket.ReceiveAsync(_buffer.AsMemory(_filled)) is > 0 and var count)
            {
                _filled += count;
                while (TryTake(out var answer))
                {
                    await socket.SendAsync(answer);
                }

                if (_filled == _buffer.Length)
                {
                    Array.Resize(ref _buffer, _buffer.Length * 2);
                }
            }
        }
        catch (SocketException)
        {
            // The sender has gone: what it had to say has been recorded.
        }
        catch (FormatException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
        }
        finally
        {
            socket.Dispose();
        }
    }

    private bool TryTake(out byte[] answer)
    {
        answer = Ok;
        if (!ReceivedRequest.TryRead(_buffer.AsSpan(0, _filled), out var request))
        {
            return false;
        }

        var status = receiver.Accept(request);
        answer = status == 200 ? Ok : Answer(status);
        _filled -= request.Length;
        _buffer.AsSpan(request.Length, _filled).CopyTo(_buffer);
        return true;
    }

    private static byte[] Answer(int status) => status == Receiver.NoAnswer
        ? []
        : Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"HTTP/1.1 {status} Answer\r\n{(status == ReceiverLimit.Status ? "Retry-After: 1\r\n" : "")}Content-Length: 0\r\n\r\n"));
}
