using System.ComponentModel.DataAnnotations;

namespace Evercam.Server.Backups;

/// <summary>The copies of the database that the server keeps by itself. Section <c>Evercam:Backups</c>.</summary>
internal sealed class BackupOptions
{
    public const string Section = "Evercam:Backups";

    /// <summary>Days that a nightly copy is kept. Default 7; 0 to 3650. 0 switches them off.</summary>
    [Range(0, 3650)]
    public int KeepDays { get; init; } = 7;

    /// <summary>The hour of the day, in UTC, from which on the day's copy is made. Default 2; 0 to 23.</summary>
    [Range(0, 23)]
    public int Hour { get; init; } = 2;
}
