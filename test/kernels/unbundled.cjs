// Stands in for the workers' bundle when coverage is measured, so that the modules of src are what runs.
import("./worker.js");
