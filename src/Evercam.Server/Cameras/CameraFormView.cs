namespace Evercam.Server.Cameras;

/// <summary>What the page with a camera's form shows. Filled by the endpoint before the page is rendered, within one request.</summary>
internal sealed class CameraFormView
{
    /// <summary>What people call the camera, if there is one already.</summary>
    public string Title { get; set; } = "";

    /// <summary>What the fields hold.</summary>
    public CameraForm Form { get; set; } = null!;

    /// <summary>What was wrong with them: one sentence each.</summary>
    public Dictionary<string, string> Problems { get; set; } = [];

    /// <summary>What went wrong as a whole.</summary>
    public string? Problem { get; set; }

    /// <summary>What was done by the form before this one.</summary>
    public string? Done { get; set; }

    /// <summary>Makers to choose from: id and name.</summary>
    public IReadOnlyList<(string Id, string Name)> Vendors { get; set; } = [];

    /// <summary>Models of the maker that was chosen.</summary>
    public IReadOnlyList<(string Name, string Text)> Models { get; set; } = [];

    /// <summary>The password that was typed, sealed; <see langword="null"/> if none was.</summary>
    public string? KeptPassword { get; set; }

    /// <summary>Whether the camera has a password already.</summary>
    public bool HasPassword { get; set; }

    /// <summary>Whether this person may see what the form is about; who may only change it sees less.</summary>
    public bool SeesAll { get; set; } = true;

    /// <summary>How the test went; <see langword="null"/> if there was none.</summary>
    public TryoutReport? Report { get; set; }

    /// <summary>Whether the page has this field where people see it.</summary>
    public bool Shows(string field) => field switch
    {
        "model" => Form["vendor"].Length > 0,
        "no_password" => HasPassword || KeptPassword is not null,
        "models_of" or "filled" or "seen" or "kept_password" or "action" => false,
        _ => true,
    };
}
