using System.Text.Json.Nodes;

namespace Evercam.Server.Commands.Remote;

/// <summary>What became of the pictures of an export or an import.</summary>
internal sealed class PictureCount
{
    private readonly List<(string Picture, string Reason)> complaints = [];
    private int told;

    public int Done { get; set; }

    public int AlreadyThere { get; set; }

    public bool HasComplaints => complaints.Count > 0;

    public void Complain(string picture, string reason) => complaints.Add((picture, reason));

    /// <summary>Says what there is to complain of so far: somebody may want to know it before the rest is done.</summary>
    public async Task TellComplaintsAsync()
    {
        for (; told < complaints.Count; told++)
        {
            var (picture, reason) = complaints[told];
            await CommandOutput.ComplainAsync($"{picture}: {reason}");
        }
    }

    /// <summary>Says it.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="document">What else programs are told.</param>
    /// <param name="did">What was done with pictures, such as <c>fetched</c>.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> TellAsync(CommandOutput output, JsonObject document, string did)
    {
        await TellComplaintsAsync();
        document[did] = Done;
        document["already_there"] = AlreadyThere;
        document["complaints"] = CommandOutput.List(
            complaints.Select(one => new JsonObject { ["picture"] = one.Picture, ["reason"] = one.Reason }));
        await output.TellAsync($"{Done} pictures {did}, {AlreadyThere} were there already, {complaints.Count} complaints");
        await output.TellAsync(document);
        return HasComplaints ? CommandLine.WithComplaints : 0;
    }
}
