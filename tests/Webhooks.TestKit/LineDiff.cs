using System.Text;

namespace Webhooks.TestKit;

/// <summary>Shows how two texts differ, line by line.</summary>
public static class LineDiff
{
    private const int Context = 2;

    /// <summary>The lines that differ, <c>-</c> before and <c>+</c> after, each with its neighbours.</summary>
    /// <param name="before">The one text.</param>
    /// <param name="after">The other.</param>
    public static string Between(string before, string after)
    {
        var lines = Align(before.Split('\n'), after.Split('\n'));
        var shown = new bool[lines.Count];
        for (var i = 0; i < lines.Count; i++)
        {
            if (lines[i].Sign != ' ')
            {
                var first = Math.Max(0, i - Context);
                var end = Math.Min(lines.Count, i + Context + 1);
                Array.Fill(shown, value: true, first, end - first);
            }
        }

        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++)
        {
            if (shown[i])
            {
                text.Append(lines[i].Sign).Append(' ').Append(lines[i].Line).Append('\n');
            }
            else if (i == 0 || shown[i - 1])
            {
                text.Append("  …\n");
            }
        }

        return text.ToString();
    }

    /// <summary>Walks the table of longest common subsequences.</summary>
    private static List<(char Sign, string Line)> Align(string[] before, string[] after)
    {
        var common = new int[before.Length + 1, after.Length + 1];
        for (var i = before.Length - 1; i >= 0; i--)
        {
            for (var j = after.Length - 1; j >= 0; j--)
            {
                common[i, j] = before[i] == after[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        var lines = new List<(char, string)>();
        int x = 0, y = 0;
        while (x < before.Length || y < after.Length)
        {
            if (x < before.Length && y < after.Length && before[x] == after[y])
            {
                lines.Add((' ', before[x++]));
                y++;
            }
            else if (y == after.Length || (x < before.Length && common[x + 1, y] >= common[x, y + 1]))
            {
                lines.Add(('-', before[x++]));
            }
            else
            {
                lines.Add(('+', after[y++]));
            }
        }

        return lines;
    }
}
