// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Ownable} from "@openzeppelin/contracts/access/Ownable.sol";

import {RegistryFixture} from "../../../fixtures/RegistryFixture.sol";

contract RegistryConstructor_Unit_Test is RegistryFixture {
    function test_ShouldGiveEachRegistryItsNameAndSymbol() external view {
        assertEq(apps.name(), "iExec Application Registry (V5)", "name of apps");
        assertEq(apps.symbol(), "iExecAppsV5", "symbol of apps");
        assertEq(datasets.name(), "iExec Dataset Registry (V5)", "name of datasets");
        assertEq(datasets.symbol(), "iExecDatasetsV5", "symbol of datasets");
        assertEq(workerpools.name(), "iExec Workerpool Registry (V5)", "name of workerpools");
        assertEq(workerpools.symbol(), "iExecWorkerpoolV5", "symbol of workerpools");
    }

    function test_ShouldGiveEachRegistryToItsOwner() external view {
        assertEq(Ownable(address(apps)).owner(), registryOwner, "apps");
        assertEq(Ownable(address(datasets)).owner(), registryOwner, "datasets");
        assertEq(Ownable(address(workerpools)).owner(), registryOwner, "workerpools");
    }

    function test_ShouldStartWithoutABaseURI() external view {
        assertEq(apps.baseURI(), "", "apps");
        assertEq(datasets.baseURI(), "", "datasets");
        assertEq(workerpools.baseURI(), "", "workerpools");
    }

    function test_ShouldLeaveTheRegistryUninitialized() external view {
        assertFalse(apps.initialized(), "apps");
        assertFalse(datasets.initialized(), "datasets");
        assertFalse(workerpools.initialized(), "workerpools");
    }
}
