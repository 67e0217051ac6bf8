using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;

namespace Evercam.Server.Shares;

/// <summary><c>/cameras/{id}/sharing</c>: what a person typed and ticked, and which button was pressed.</summary>
/// <param name="Action">The button; sharing anew, if it is none of the others.</param>
/// <param name="Person">With whom: a user name or an email.</param>
/// <param name="Share">The share's number; 0 if it is none.</param>
/// <param name="Rights">What is ticked; <see langword="null"/> if nothing is.</param>
internal sealed record SharingForm(string Action, string Person, long Share, CameraRights? Rights)
{
    public const string Change = "change";
    public const string End = "end";
    public const string Withdraw = "withdraw";

    private static readonly CameraRights[] Ticks =
        [CameraRights.Snapshot, CameraRights.List, CameraRights.View, CameraRights.Edit, CameraRights.Delete];

    /// <summary>The form before anybody has filled it in: it proposes that the live picture is seen.</summary>
    public static SharingForm Empty { get; } = new("", "", 0, CameraRights.Snapshot | CameraRights.List);

    /// <summary>What the page shows again.</summary>
    public Dictionary<string, string> Typed => Action is Change or End or Withdraw ? Empty.Typed : new(
        Ticked.Select(right => KeyValuePair.Create(right, "true")))
    {
        ["person"] = Person,
    };

    /// <summary>The share whose rights were to be changed; <see langword="null"/> if that was not it.</summary>
    public long? Changed => Action == Change ? Share : null;

    /// <summary>The names of what is ticked.</summary>
    public IReadOnlyList<string> Ticked => SharingWords.NamesOf(Rights ?? CameraRights.None);

    public static async ValueTask<SharingForm?> BindAsync(HttpContext context)
    {
        var form = await TypedForm.ReadAsync(context);
        var rights = Ticks.Where(right => form.Line(SharingWords.NameOf(right)).Length > 0)
            .Aggregate(CameraRights.None, (all, right) => all | right);
        return new(
            form.Line("action"),
            form.Line("person"),
            ParamText.Integer(form.Line("share")) ?? 0,
            rights == CameraRights.None ? null : rights);
    }

    /// <summary>What is ticked, and of the rights to pass on, which no page shows, those that the share has with them.</summary>
    public CameraRights? RightsBeside(CameraRights before) =>
        Rights is { } rights ? rights | (before & (CameraRights)((int)rights << 8)) : null;
}
