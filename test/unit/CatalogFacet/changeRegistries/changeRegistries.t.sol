// SPDX-License-Identifier: Apache-2.0
pragma solidity ^0.8.37;

import {Base} from "../../../fixtures/Base.sol";
import {ICatalog} from "../../../../contracts/interfaces/ICatalog.sol";
import {IOwnership} from "../../../../contracts/interfaces/IOwnership.sol";
import {IRegistry} from "../../../../contracts/interfaces/IRegistry.sol";
import {IWorkerpoolRegistry} from "../../../../contracts/interfaces/IWorkerpoolRegistry.sol";

contract ChangeRegistries_Unit_Test is Base {
    function testFuzz_RevertWhen_TheCallerIsNotTheOwner(address caller) external {
        vm.assume(caller != owner.addr);

        vm.expectRevert(abi.encodeWithSelector(IOwnership.CallerIsNotTheOwner.selector, caller, owner.addr));
        vm.prank(caller);
        poco.changeRegistries(caller, caller, caller);
    }

    function testFuzz_RevertWhen_TheAppRegistryHasNoCode(address nothing) external {
        _expectRefusal(nothing);
        poco.changeRegistries(nothing, address(datasetRegistry), address(workerpoolRegistry));
    }

    function testFuzz_RevertWhen_TheDatasetRegistryHasNoCode(address nothing) external {
        _expectRefusal(nothing);
        poco.changeRegistries(address(appRegistry), nothing, address(workerpoolRegistry));
    }

    function testFuzz_RevertWhen_TheWorkerpoolRegistryHasNoCode(address nothing) external {
        _expectRefusal(nothing);
        poco.changeRegistries(address(appRegistry), address(datasetRegistry), nothing);
    }

    function test_RevertWhen_ARegistryDoesNotAnswer() external {
        // It has code that fails, or stops.
        bytes[2] memory codes = [bytes(hex"5f5ffd"), bytes(hex"00")];
        for (uint256 i; i < codes.length; ++i) {
            address silent = makeAddr("silent");
            vm.etch(silent, codes[i]);
            _assertNotAnswering(silent);
        }
    }

    function test_RevertWhen_ARegistryAnswersWithTooLittle() external {
        address ownerless = makeAddr("ownerless");
        vm.etch(ownerless, hex"00");
        vm.mockCall(ownerless, abi.encodeCall(IWorkerpoolRegistry.termsOf, (address(0))), new bytes(96));
        _assertNotAnswering(ownerless);

        address brief = makeAddr("brief");
        vm.etch(brief, hex"00");
        vm.mockCall(brief, abi.encodeCall(IRegistry.ownerOfAsset, (address(0))), new bytes(31));
        _assertNotAnswering(brief);

        vm.mockCall(brief, abi.encodeCall(IRegistry.ownerOfAsset, (address(0))), new bytes(32));
        vm.mockCall(brief, abi.encodeCall(IWorkerpoolRegistry.termsOf, (address(0))), new bytes(95));
        _expectNotAnswering(brief);
        poco.changeRegistries(address(appRegistry), address(datasetRegistry), brief);
    }

    function test_RevertWhen_TheWorkerpoolRegistryIsOneOfApps() external {
        _expectNotAnswering(address(appRegistry));
        poco.changeRegistries(address(workerpoolRegistry), address(datasetRegistry), address(appRegistry));
    }

    function test_WhenAllRegistriesAnswer() external {
        assertEq(poco.appregistry(), address(appRegistry), "apps before");
        assertEq(poco.datasetregistry(), address(datasetRegistry), "datasets before");
        assertEq(poco.workerpoolregistry(), address(workerpoolRegistry), "workerpools before");
        address apps = deployCode("AppRegistry.sol:AppRegistry", abi.encode(owner.addr));
        address datasets = deployCode("DatasetRegistry.sol:DatasetRegistry", abi.encode(owner.addr));
        address workerpools = deployCode("WorkerpoolRegistry.sol:WorkerpoolRegistry", abi.encode(owner.addr));

        // It should emit {RegistriesChanged}.
        vm.expectEmit(address(poco));
        emit ICatalog.RegistriesChanged(apps, datasets, workerpools);
        vm.prank(owner.addr);
        poco.changeRegistries(apps, datasets, workerpools);

        // It should point to the new registries.
        assertEq(poco.appregistry(), apps, "apps");
        assertEq(poco.datasetregistry(), datasets, "datasets");
        assertEq(poco.workerpoolregistry(), workerpools, "workerpools");
    }

    /// @dev Neither in place of any registry.
    function _assertNotAnswering(address registry) private {
        _expectNotAnswering(registry);
        poco.changeRegistries(registry, address(datasetRegistry), address(workerpoolRegistry));
        _expectNotAnswering(registry);
        poco.changeRegistries(address(appRegistry), registry, address(workerpoolRegistry));
        _expectNotAnswering(registry);
        poco.changeRegistries(address(appRegistry), address(datasetRegistry), registry);
    }

    function _expectNotAnswering(address registry) private {
        vm.expectRevert(abi.encodeWithSelector(ICatalog.RegistryNotAnswering.selector, registry));
        vm.prank(owner.addr);
    }

    function _expectRefusal(address nothing) private {
        vm.assume(nothing.code.length == 0);
        vm.expectRevert(abi.encodeWithSelector(ICatalog.RegistryWithoutCode.selector, nothing));
        vm.prank(owner.addr);
    }
}
