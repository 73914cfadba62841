"""The catalogue of endpoints: YAML files in, a Catalog out.

load      the shipped catalogue and users' files → Catalog; every problem of one file
compiled  the same as JSON, made at build time
parse     files → entries, through schema, values, fields and nodes
select    Catalog and Selection → endpoints
"""
