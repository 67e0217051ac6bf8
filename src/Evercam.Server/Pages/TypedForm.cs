using Evercam.Server.Http;

namespace Evercam.Server.Pages;

/// <summary>Reads a form as a person filled it in: whatever is missing or odd, the page can come back with the rest.</summary>
internal sealed class TypedForm
{
    private readonly Params read;
    private readonly List<string> unreadable = [];

    private TypedForm(Params read, bool lacksCookies)
    {
        this.read = read;
        LacksCookies = lacksCookies;
    }

    /// <summary>Whether it was on a page of ours, in a browser that keeps no cookies (<see cref="CookieProbe"/>).</summary>
    public bool LacksCookies { get; }

    /// <summary>For each field that was no text a broken rule, in the API's words.</summary>
    public IReadOnlyList<string> Unreadable => unreadable;

    /// <exception cref="ApiException">It is no form, or too large a one (400, 413).</exception>
    public static async ValueTask<TypedForm> ReadAsync(HttpContext context)
    {
        var read = await Params.ReadAsync(context);
        read.ThrowIfRefused();
        return new(read, CookieProbe.Fails(context, read));
    }

    /// <summary>A line, without blanks around it; empty if there is none.</summary>
    public string Line(string name) => Secret(name).Trim();

    /// <summary>A text exactly as it was typed; empty if there is none.</summary>
    public string Secret(string name)
    {
        var field = read.Find(name);
        if (ParamReader.TextOf(field) is { } text)
        {
            return text;
        }

        if (field.Kind != ParamKind.Missing)
        {
            unreadable.Add($"{name} is invalid");
        }

        return "";
    }

    /// <summary>What a user shows once more who is logged in.</summary>
    public Proof Proof() => new(Secret(PasswordQuestion.Field), Line(PasswordQuestion.CodeField));

    /// <summary>The local path to go on to (contract 2.11).</summary>
    public string? Then() => LocalPath.Of(read.FindText("rt"));
}
