namespace Evercam.Server.Catalogue;

/// <summary>Who may read vendors and models. Section <c>Evercam:Catalogue</c>.</summary>
internal sealed class CatalogueOptions
{
    public const string Section = "Evercam:Catalogue";

    /// <summary>Whether vendors and models may be read without credentials. Default no (contract, Q5).</summary>
    public bool Public { get; init; }
}
