// The same, with what every test includes.
#pragma once

#include <doctest/doctest.h>

#include "precompiled.hpp"
